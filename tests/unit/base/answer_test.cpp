// SPDX-License-Identifier: Apache-2.0
//
// One question, at most one answer: now or later, from any thread, dropped, twice, outdated.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "keyway/answer.h"

namespace keyway {
namespace {

std::shared_ptr<AnswerSlot> slot() { return std::make_shared<AnswerSlot>(); }

TEST(Answer, AtOnce) {
  const auto asked = slot();
  Answer<int> answer(asked);
  EXPECT_FALSE(asked->take<int>());
  std::move(answer).give(7);
  EXPECT_TRUE(asked->answered());
  EXPECT_EQ(asked->take<int>()->value(), 7);
  EXPECT_FALSE(asked->take<int>());  // once
}

TEST(Answer, WithAnError) {
  const auto asked = slot();
  Answer<int>(asked).give(fail(Errc::timeout));
  EXPECT_EQ(asked->take<int>()->error().code(), Errc::timeout);
}

TEST(Answer, DroppedIsAnError) {
  const auto asked = slot();
  { const Answer<int> dropped(asked); }
  EXPECT_EQ(asked->take<int>()->error().code(), Errc::answer_dropped);
}

TEST(Answer, AssignedOverIsDropped) {
  const auto first = slot();
  const auto second = slot();
  Answer<int> answer(first);
  answer = Answer<int>(second);
  EXPECT_EQ(first->take<int>()->error().code(), Errc::answer_dropped);
  std::move(answer).give(1);
  EXPECT_EQ(second->take<int>()->value(), 1);
}

TEST(Answer, TheSecondIsIgnored) {
  const auto asked = slot();
  Answer<int> answer(asked);
  std::move(answer).give(1);
  std::move(answer).give(2);  // NOLINT: on purpose
  EXPECT_EQ(asked->take<int>()->value(), 1);
}

TEST(Answer, OutdatedIsIgnored) {
  const auto asked = slot();
  Answer<int> old(asked);
  Answer<int> present(asked);
  std::move(old).give(1);
  EXPECT_FALSE(asked->answered());
  std::move(present).give(2);
  EXPECT_EQ(asked->take<int>()->value(), 2);
}

TEST(Answer, AfterCloseIsDroppedAndDestroyed) {
  const auto asked = slot();
  const auto value = std::make_shared<int>(3);
  Answer<std::shared_ptr<int>> answer(asked);
  asked->close();
  std::move(answer).give(value);
  EXPECT_FALSE(asked->answered());
  EXPECT_EQ(value.use_count(), 1);
}

TEST(Answer, NotTakenIsDestroyed) {
  const auto value = std::make_shared<int>(3);
  {
    const auto asked = slot();
    Answer<std::shared_ptr<int>>(asked).give(value);
    EXPECT_EQ(value.use_count(), 2);
  }
  EXPECT_EQ(value.use_count(), 1);
}

TEST(Answer, LargeValuesFitToo) {
  using Large = std::array<std::uint64_t, 100>;
  const auto asked = slot();
  Large value{};
  value[99] = 5;
  Answer<Large>(asked).give(value);
  EXPECT_EQ(asked->take<Large>()->value()[99], 5u);
}

TEST(Answer, WakesOnlyWhenItIsLate) {
  const auto asked = slot();
  int woken = 0;
  asked->set_waker([&] { ++woken; });
  Answer<int>(asked).give(1);
  (void)asked->take<int>();
  EXPECT_EQ(woken, 0);
  Answer<int> late(asked);
  asked->expect_later();
  std::move(late).give(2);
  EXPECT_EQ(woken, 1);
  (void)asked->take<int>();
  // The answer that came between the question and the return of the asking call.
  Answer<int>(asked).give(3);
  asked->expect_later();
  EXPECT_EQ(woken, 2);
}

TEST(Answer, WhatTheWakerThrowsGoesNowhereAndTheAnswerIsThere) {
  const auto asked = slot();
  int woken = 0;
  asked->set_waker([&] {
    ++woken;
    throw std::runtime_error("on purpose");
  });
  Answer<int> late(asked);
  asked->expect_later();
  EXPECT_NO_THROW(std::move(late).give(2));
  EXPECT_EQ(asked->take<int>()->value(), 2);
  {
    const Answer<int> dropped(asked);
    asked->expect_later();
  }
  EXPECT_EQ(asked->take<int>()->error().code(), Errc::answer_dropped);
  EXPECT_EQ(woken, 2);
}

TEST(Answer, AContinuationRunsOnceAndMayTakeTheAnswer) {
  const auto asked = slot();
  int got = 0, calls = 0;
  const auto go_on = [&] {
    ++calls;
    if (auto value = asked->take<int>()) got += value->value_or(0);
  };
  asked->set_continuation(go_on);
  Answer<int> late(asked);
  asked->expect_later();
  EXPECT_EQ(calls, 0);
  std::move(late).give(7);
  EXPECT_EQ(got, 7);
  // An answer that was given before is found by who waits for it.
  asked->set_continuation(go_on);
  Answer<int>(asked).give(8);
  EXPECT_EQ(calls, 1);
  asked->expect_later();
  EXPECT_EQ(got, 15);
  asked->expect_later();
  EXPECT_EQ(calls, 2);
}

TEST(Answer, AContinuationMayEndTheSlot) {
  auto asked = slot();
  bool ended = false;
  Answer<int> late(asked);
  asked->set_continuation([&, kept = asked] {
    ended = kept->take<int>().has_value();
    asked.reset();
  });
  asked->expect_later();
  std::move(late).give(1);
  EXPECT_TRUE(ended);
  EXPECT_EQ(asked, nullptr);
}

TEST(Answer, FromAnyThread) {
  for (int round = 0; round < 200; ++round) {
    const auto asked = slot();
    std::atomic<int> woken = 0;
    asked->set_waker([&] { ++woken; });
    Answer<int> answer(asked);
    std::thread other([&] { std::move(answer).give(round); });
    asked->expect_later();
    other.join();
    ASSERT_EQ(woken, 1);
    ASSERT_EQ(asked->take<int>()->value(), round);
  }
}

}  // namespace
}  // namespace keyway
