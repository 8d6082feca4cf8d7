// SPDX-License-Identifier: Apache-2.0
//
// The questions to a cache of revocation lists that one verification puts, and what they brought. A verification that meets a
// question without an answer stops; judged again from the start when the answer is there, it asks nothing twice.
#pragma once

#include <map>
#include <memory>

#include "keyway/crl_cache.h"

namespace keyway::pki {

inline constexpr std::size_t max_list_questions = 64;   ///< a verification
inline constexpr std::size_t max_lists_of_answer = 16;  ///< later ones are left out

class CrlLookups {
 public:
  /// Null: every answer is "nothing".
  CrlLookups(std::shared_ptr<CrlCache> cache, Now now) : cache_(std::move(cache)), now_(now) {}

  /// Each: the lists, or null where their answer is still to come; then nothing else is asked.
  const CrlList* lookup(const DistributionPoint&, ByteView issuer);
  const CrlList* select(ByteView issuer);
  const CrlList* fresh_crl(const DistributionPoint&, const CrlList&);

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
  Now now_;
  std::map<Bytes, CrlList> known_;
  Bytes open_key_;
  std::shared_ptr<AnswerSlot> open_;
};

}  // namespace keyway::pki
