// SPDX-License-Identifier: Apache-2.0
//
// Parsing copies and allocates nothing, judging a chain allocates a small number of times that its rubbish does not raise;
// anchors are parsed when their store is made. Counted in operator new.
#include <cstdlib>
#include <new>

#include "unit/pki/support.h"

namespace {
std::size_t allocations = 0;
}

// Both operators are ours: what new takes from malloc, delete gives to free.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace keyway::pki {
namespace {

using test::family;

template <class Call>
std::size_t allocations_of(Call&& call) {
  const std::size_t before = allocations;
  call();
  return allocations - before;
}

bool within(ByteView part, ByteView whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

TEST(Allocations, ParsingMakesViewsAndNothingElse) {
  auto full = test::describe_leaf();
  full.addresses = {"192.0.2.1"};
  full.others = {{.oid = "1.2.3", .value = test::hex("0500")}};
  const test::Made made = test::issue(full, test::key(2), family().intermediate);
  std::optional<ParsedCertificate> parsed;
  EXPECT_EQ(allocations_of([&] {
              auto result = parse_certificate(made.der);
              if (result) parsed = *result;
            }),
            0u);
  ASSERT_TRUE(parsed.has_value());
  for (const ByteView view : {parsed->signed_part, parsed->issuer, parsed->subject, parsed->subject_public_key_info,
                              parsed->signature, parsed->extension_list, parsed->extensions.alternative_names})
    EXPECT_TRUE(within(view, made.der));
}

std::size_t cost(const std::vector<ByteView>& chain, const TrustStore::Ptr& anchors) {
  const test::Verification question{.chain = chain, .anchors = anchors};
  EXPECT_TRUE(question.run().has_value());  // imports the anchor's key
  return allocations_of([&] { EXPECT_TRUE(question.run().has_value()); });
}

TEST(Allocations, JudgingAChainTakesFew) {
  const auto anchors = test::store_of({family().root});
  const std::size_t two = cost({family().leaf, family().intermediate}, anchors);
  EXPECT_GT(two, 0u) << "keys and the evidence";
  EXPECT_LE(two, 24u);
  // Repetitions cost nothing at all.
  EXPECT_EQ(cost({family().leaf, family().intermediate, family().intermediate, family().leaf}, anchors), two);
}

TEST(Allocations, AnchorsAreParsedOnce) {
  const auto anchors = test::store_of({family().root});
  const ParsedCertificate* before = &anchors->anchors().front()->certificate();
  const crypto::PublicKey* key = anchors->anchors().front()->key();
  EXPECT_EQ(cost({family().leaf, family().intermediate}, anchors), cost({family().leaf, family().intermediate}, anchors));
  EXPECT_EQ(&anchors->anchors().front()->certificate(), before);
  EXPECT_EQ(anchors->anchors().front()->key(), key) << "its key is imported once";
  const auto merged = TrustStore::merge(std::span(&anchors, 1), test::provider());
  EXPECT_EQ(merged->anchors().front(), anchors->anchors().front()) << "stores share them";
}

}  // namespace
}  // namespace keyway::pki
