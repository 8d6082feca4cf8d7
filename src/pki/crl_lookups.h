// SPDX-License-Identifier: Apache-2.0
//
// The questions to a cache of revocation lists that one verification puts, and what they brought. A verification that meets a
// question without an answer stops; judged again from the start when the answer is there, it asks nothing twice.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "keyway/crl_cache.h"

namespace keyway::pki {

inline constexpr std::size_t max_list_questions = 64;   ///< a verification
inline constexpr std::size_t max_lists_of_answer = 16;  ///< later ones are left out
inline constexpr std::size_t max_list_signatures = 32;  ///< verified in one verification, however often it begins anew

/// A cache that is told which of its lists were found genuine, so that what it fetches later cannot take their place unseen.
class LearnsGenuineLists {
 public:
  virtual ~LearnsGenuineLists() = default;
  /// In each verification that uses the list, so it must be quick where it is known. Any thread.
  virtual void found_genuine(const DistributionPoint&, ByteView list) = 0;
};

class CrlLookups {
 public:
  /// Null: every answer is "nothing".
  CrlLookups(std::shared_ptr<CrlCache> cache, Now now)
      : cache_(std::move(cache)), learns_(dynamic_cast<LearnsGenuineLists*>(cache_.get())), now_(now) {}

  /// Each: the lists, or null where their answer is still to come; then nothing else is asked.
  const CrlList* lookup(const DistributionPoint&, ByteView issuer);
  const CrlList* select(ByteView issuer);
  const CrlList* fresh_crl(const DistributionPoint&, const CrlList&);

  /// What `verify` says against a list of this issuer, for whom the anchor or, where that is empty, the path vouches; null:
  /// nothing. It is called once for the three: judged again, nothing is verified twice. When that was done max_list_signatures
  /// times, what is not known yet counts as refused. `signed_part` is of a list that was an answer here.
  const char* verify_once(ByteView signed_part, ByteView issuer, ByteView anchor, const std::function<const char*()>& verify);
  /// There was more to verify than that.
  bool exhausted() const noexcept { return exhausted_; }

  /// The list that this is a part of is genuine: tells the cache, if a distribution point had it.
  void found_genuine(ByteView signed_part);

  /// A question is open.
  bool waiting() const noexcept { return open_ != nullptr; }
  /// Calls back once the open question is answered: at once, or by the thread that answers. Call it last: what it calls may end
  /// this object.
  void when_answered(std::move_only_function<void()> go_on);
  /// Takes the answer of the open question, which must have come.
  void settle();
  /// Gives the open question up: it counts as answered with nothing.
  void give_up();

 private:
  template <class Ask>
  const CrlList* ask(Bytes key, Ask&&);

  std::shared_ptr<CrlCache> cache_;
  LearnsGenuineLists* learns_;  ///< the same, or null
  Now now_;
  std::map<Bytes, CrlList> known_;
  std::map<Bytes, DistributionPoint> points_{};  ///< of those questions that were about one
  std::map<Bytes, const char*> verified_{};
  bool exhausted_ = false;
  Bytes open_key_;
  std::shared_ptr<AnswerSlot> open_;
};

}  // namespace keyway::pki
