// SPDX-License-Identifier: Apache-2.0
//
// A process that may open nothing more. Not built under the address and undefined-behaviour sanitizers: to look at an object
// they open a pipe, and take what they cannot look at for a broken one.
#include <sys/resource.h>

#include <cerrno>

#include "fixture.h"

namespace keyway::test {
namespace {

// More peers than descriptors: the listener says so and can be used when there is room again.
TEST(Listener, WithoutADescriptorItSaysSoAndGoesOn) {
  auto listener = Listener::listen({"127.0.0.1", 0}, server_config());
  ASSERT_TRUE(listener);
  const auto waiting = tcp_connect(*listener->local_endpoint(), 10s);
  ASSERT_TRUE(waiting);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = listener->transport_accept(10s);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_EQ(code_of(refused), Errc::system_error);
  EXPECT_EQ(refused.error().detail()->system_errno, EMFILE);
  EXPECT_TRUE(listener->transport_accept(10s));
}

}  // namespace
}  // namespace keyway::test
