// SPDX-License-Identifier: Apache-2.0
//
// The steady state allocates nothing: 1000 records sealed and opened, counted in operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "record/tls_reader.h"
#include "record/tls_writer.h"
#include "unit/record/older_records.h"

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

// Both operators are ours: what new takes from malloc, delete gives to free.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace keyway::record {
namespace {

// base/recycled.h keeps no storage where the address sanitizer must see each end: then the queue takes its own anew.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t a_record = 1;
#else
constexpr std::size_t a_record = 0;
#endif

/// Seals and opens, in records of at most `size` bytes each.
void expect_no_allocations(TlsWriter& writer, TlsReader& reader, std::size_t content_size) {
  const Bytes content(content_size, std::byte{3});
  const ByteView half = ByteView(content).first(content.size() / 2);
  const ByteView pieces[] = {half, ByteView(content).subspan(half.size())};
  OutputQueue out;
  Bytes wire(max_record13 + max_expansion12);
  bool right = true;
  const auto once = [&] {
    right = right && writer.seal(ContentType::application_data, pieces, out).has_value();
    std::size_t size = 0;
    for (const ByteView view : out.views()) {
      std::copy(view.begin(), view.end(), wire.begin() + static_cast<std::ptrdiff_t>(size));
      size += view.size();
    }
    out.sent(size);
    std::size_t consumed = 0;
    const auto opened = reader.open(MutableBytes(wire).first(size), consumed);
    right = right && opened && consumed == size && std::get<Opened>(*opened).fragment.size() == content.size();
  };
  for (int i = 0; i < 3; ++i) once();
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) once();
  EXPECT_EQ(allocations - before, 1000 * a_record);
  EXPECT_TRUE(right);
  EXPECT_GT(before, 0u);
}

class AllocationTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(AllocationTest, ThousandRecords) {
  const Bytes key(16, std::byte{1});
  const Bytes iv(12, std::byte{2});
  TlsWriter writer;
  TlsReader reader;
  ASSERT_TRUE(writer.install(AeadAlgorithm::aes_128_gcm, key, iv, *crypto::default_provider()));
  ASSERT_TRUE(reader.install(AeadAlgorithm::aes_128_gcm, key, iv, *crypto::default_provider()));
  expect_no_allocations(writer, reader, GetParam());
}

TEST_P(AllocationTest, ThousandRecordsOfTls12) {
  constexpr std::string_view suites[] = {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384"};
  for (const std::string_view suite : suites) {
    for (const MacForm form : {MacForm::hmac, MacForm::hmac_of_cipher}) {
      OlderPair pair(suite, ProtocolVersion::tls1_2, {.mac = form});
      expect_no_allocations(pair.writer, pair.reader, GetParam());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, AllocationTest, ::testing::Values(100, 1400, 16384));

}  // namespace
}  // namespace keyway::record
