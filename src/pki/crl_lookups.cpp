// SPDX-License-Identifier: Apache-2.0
//
// Asking a CrlCache, with its answers kept by question.
#include "pki/crl_lookups.h"

#include <algorithm>
#include <functional>

#include "base/guarded.h"

namespace keyway::pki {

namespace {

/// The questions as bytes: kind and fields, each with its length.
class Key {
 public:
  explicit Key(char kind) { key_.push_back(static_cast<std::byte>(kind)); }
  Key& add(ByteView field) {
    for (unsigned shift = 0; shift < 32; shift += 8) key_.push_back(static_cast<std::byte>(field.size() >> shift & 0xff));
    key_.insert(key_.end(), field.begin(), field.end());
    return *this;
  }
  Key& add(const DistributionPoint& point) {
    for (const std::string& uri : point.uris) add(as_bytes(uri));
    return add(point.issuer);
  }
  Bytes take() { return std::move(key_); }

 private:
  Bytes key_;
};

}  // namespace

template <class Ask>
const CrlList* CrlLookups::ask(Bytes key, Ask&& put) {
  static const CrlList none;
  if (open_) return nullptr;
  if (const auto known = known_.find(key); known != known_.end()) return &known->second;
  if (!cache_ || known_.size() == max_list_questions) return &none;
  open_ = std::make_shared<AnswerSlot>();
  open_key_ = std::move(key);
  // A cache that throws has no list, like one that answers with an error.
  const auto asked = guarded([&] { put(Answer<CrlList>(open_)); });
  if (asked && !open_->answered()) return nullptr;
  if (!asked) open_->close();
  settle();
  return &known_.find(open_key_)->second;
}

const CrlList* CrlLookups::lookup(const DistributionPoint& point, ByteView issuer) {
  Bytes key = Key('l').add(point).add(issuer).take();
  if (learns_ != nullptr && points_.size() < max_list_questions) points_.try_emplace(key, point);
  return ask(std::move(key), [&](Answer<CrlList> answer) { cache_->lookup(point, issuer, now_, std::move(answer)); });
}

const CrlList* CrlLookups::select(ByteView issuer) {
  return ask(Key('s').add(issuer).take(), [&](Answer<CrlList> answer) { cache_->select(issuer, now_, std::move(answer)); });
}

const CrlList* CrlLookups::fresh_crl(const DistributionPoint& point, const CrlList& old) {
  return ask(Key('f').add(point).take(), [&](Answer<CrlList> answer) { cache_->fresh_crl(point, old, now_, std::move(answer)); });
}

const char* CrlLookups::verify_once(ByteView signed_part, ByteView issuer, ByteView anchor,
                                    const std::function<const char*()>& verify) {
  // Answers are kept, so that where a list lies is as good as what it says.
  const std::byte* const place = signed_part.data();
  Bytes key = Key('v').add(std::as_bytes(std::span(&place, 1))).add(issuer).add(anchor).take();
  if (const auto known = verified_.find(key); known != verified_.end()) return known->second;
  exhausted_ = exhausted_ || verified_.size() == max_list_signatures;
  if (exhausted_) return "too many signatures of lists had to be checked";
  return verified_.emplace(std::move(key), verify()).first->second;
}

void CrlLookups::found_genuine(ByteView signed_part) {
  const auto holds = [&](const std::shared_ptr<const Bytes>& der) {
    const std::less_equal<const std::byte*> before;
    return before(der->data(), signed_part.data()) && before(signed_part.data(), der->data() + der->size());
  };
  for (const auto& [key, point] : points_) {
    const auto lists = known_.find(key);
    if (lists == known_.end()) continue;
    const auto found = std::ranges::find_if(lists->second, holds);
    if (found != lists->second.end()) return (void)guarded([&] { learns_->found_genuine(point, **found); });
  }
}

void CrlLookups::when_answered(std::move_only_function<void()> go_on) {
  const auto slot = open_;
  slot->set_continuation(std::move(go_on));
  slot->expect_later();
}

void CrlLookups::settle() {
  auto answer = open_->take<CrlList>();
  open_.reset();
  CrlList lists = answer && *answer ? **std::move(answer) : CrlList();
  std::erase(lists, nullptr);
  if (lists.size() > max_lists_of_answer) lists.resize(max_lists_of_answer);
  known_.insert_or_assign(open_key_, std::move(lists));
}

void CrlLookups::give_up() {
  open_->close();
  settle();
}

}  // namespace keyway::pki
