// SPDX-License-Identifier: Apache-2.0
//
// A key exchange of TLS 1.2 and below as one object with four operations: write and read the parameters of
// ServerKeyExchange, write and read the public value of ClientKeyExchange. Around them: what it must be told by others
// before it can go on, and the secret in the end. The machines know no other difference.
#pragma once

#include <memory>
#include <optional>

#include "handshake/questions.h"
#include "handshake/tls12/terms.h"
#include "keyway/secret.h"
#include "wire/messages/client_hello.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::handshake::tls12 {

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Server: makes an ephemeral key and writes it; what has no parameters writes nothing. Errors are the provider's.
  virtual Result<void> write_parameters(wire::Writer&, Flow&) = 0;
  /// Client: errors wrong_group and weak_group for what was not offered or is not safe; what the format demands.
  virtual Result<void> read_parameters(wire::Reader&, Flow&) = 0;
  /// Client, where the key of the server's certificate takes part. Errors certificate_wrong_usage, certificate_key_type;
  /// internal where it does not.
  virtual Result<void> use_certificate(const TrustedChain&, Flow&) { return fail(Errc::internal); }
  /// Client: writes the body of ClientKeyExchange. Error invalid_key_share for the server's public value.
  virtual Result<void> write_public(wire::Writer&, Flow&) = 0;
  /// Server: error invalid_key_share for the client's public value.
  virtual Result<void> read_public(wire::Reader&, Flow&) = 0;

  /// What must be answered next: a server's before write_parameters and behind read_public, a client's before write_public.
  /// Null: nothing. The same one again, or another, until it is null.
  virtual KeyQuestion* question(Flow&) { return nullptr; }

  /// Whose key or password the secret needs; empty: nobody's. Not proved before Finished.
  virtual ByteView subject(Flow&) const { return {}; }
  /// What both sides know in the end, and nobody else (RFC 5246 8.1); a view that lives as long as this object.
  virtual Result<ByteView> secret(Flow&) = 0;
};
using ExchangePtr = std::unique_ptr<Exchange>;

/// The client's side of the suite's key exchange. Error unsupported_algorithm.
Result<ExchangePtr> make_exchange(const Terms&);

/// What a server makes one from.
struct ServerBasis {
  const wire::ClientHello& hello;        ///< lives as long as the exchange
  std::shared_ptr<const pki::Identity> identity;  ///< null where the suite has no certificate
};
/// The server's, with its group chosen among those of the hello. Error no_common_group.
Result<ExchangePtr> make_exchange(const Terms&, const ServerBasis&, Flow&);
/// Which key exchanges of a server a hello leaves open. What its groups say is found out once: a hello has room for 30,000
/// groups, and for as many suites that would ask.
class Possible {
 public:
  Possible(const wire::ClientHello& hello, Flow& flow) noexcept : hello_(hello), flow_(flow) {}
  /// Whether the server can run the suite's key exchange with this client.
  bool can_exchange(const CipherSuiteInfo&);

 private:
  const wire::ClientHello& hello_;
  Flow& flow_;
  std::optional<bool> curve_;
  std::optional<bool> field_;
};
/// Why it can run none of ours: no_common_cipher_suite, or what the client left out.
Errc why_no_suite(const wire::ClientHello&, Flow&);
/// Whether this identity's key can take part in the key exchange itself.
bool can_exchange_with(const CipherSuiteInfo&, const pki::Identity&, const wire::ClientHello&);

}  // namespace keyway::handshake::tls12
