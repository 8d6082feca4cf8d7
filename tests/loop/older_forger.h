// SPDX-License-Identifier: Apache-2.0
//
// Records of TLS 1.2 sealed in the place of one end, with keys made of what the client's trace and key log tell.
#pragma once

#include "loop/forge.h"

namespace keyway::test {

class OlderForger {
 public:
  /// Watches the client; its options are changed for that.
  explicit OlderForger(PairOptions&);

  /// In the place of the end of this role, under the keys of the last handshake. So many records it has sealed itself.
  void start(const Connection& client, Role as, std::uint64_t first_number);
  Bytes seal(ContentType, ByteView content);
  Bytes seal(const HandshakeMessage&);

  /// That the client sent, by name.
  const std::vector<std::string>& alerts() const { return watched_->alerts; }

 private:
  struct Watched {
    std::vector<std::string> alerts;
    Bytes server_random;
    Bytes client_random;
    Bytes master;
  };
  std::shared_ptr<Watched> watched_ = std::make_shared<Watched>();
  record::TlsWriter writer_;
};

}  // namespace keyway::test
