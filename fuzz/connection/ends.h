// SPDX-License-Identifier: Apache-2.0
//
// The ends that are fuzzed: connections over the hollow provider, with the options that a byte chooses, and what they did as
// text, so that two runs can be compared.
#pragma once

#include <string>

#include "connection/script.h"
#include "keyway/connection.h"

namespace keyway::fuzz {

/// The older ones can do TLS 1.2.
enum class Role : std::uint8_t { client, server, older_client, older_server };

/// A new connection; everything random begins anew.
Connection make_end(Role, std::uint8_t options);

/// Runs one end.
class End {
 public:
  End(Role, std::uint8_t options);

  void receive(ByteView wire);
  void obey(Command);
  /// What came out for the peer since the last call.
  Bytes take_output();
  bool failed() const noexcept { return failed_; }
  /// Events, data and the error, in order.
  const std::string& log() const noexcept { return log_; }

 private:
  void work();
  void check_failure(const Error&);

  Connection connection_;
  Now now_;
  Bytes inbox_;
  std::string log_;
  bool failed_ = false;
  bool ended_ = false;
};

/// The log of a whole script, with the output at its end.
std::string run(Role, const Script&, std::size_t step);

/// The body of these fuzzers: pieces of any size must lead to the same.
void check(Role, ByteView input);

/// Mutates a script item by item; the fuzzers' LLVMFuzzerCustomMutator.
std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

}  // namespace keyway::fuzz
