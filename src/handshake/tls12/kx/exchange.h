// SPDX-License-Identifier: Apache-2.0
//
// A key exchange of TLS 1.2 and below as one object with four operations: write and read the parameters of
// ServerKeyExchange, write and read the public value of ClientKeyExchange. The machines know no other difference.
#pragma once

#include <memory>

#include "handshake/tls12/terms.h"
#include "wire/messages/client_key_exchange.h"
#include "wire/messages/server_key_exchange.h"

namespace keyway::handshake::tls12 {

/// What both sides know in the end, and nobody else (RFC 5246 8.1).
using Premaster = SharedSecret;

/// A ServerKeyExchange apart from the meaning of its parameters; views into the message.
struct ReadParameters {
  ByteView signed_part;
  wire::DigitallySigned signature;
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Server: makes an ephemeral key and writes what is signed. Errors are the provider's.
  virtual Result<void> write_parameters(wire::Writer&, Flow&) = 0;
  /// Client: errors wrong_group for a group that was not offered; what the format demands.
  virtual Result<ReadParameters> read_parameters(const wire::ServerKeyExchange&, wire::SignatureForm, Flow&) = 0;
  /// Client: writes the body of ClientKeyExchange. Error invalid_key_share for the server's public value.
  virtual Result<Premaster> write_public(wire::Writer&, Flow&) = 0;
  /// Server: error invalid_key_share for the client's public value.
  virtual Result<Premaster> read_public(const wire::ClientKeyExchange&, Flow&) = 0;
};

/// The client's side of the suite's key exchange.
Result<std::unique_ptr<Exchange>> make_exchange(const CipherSuiteInfo&);
/// The server's, with its group chosen among those of the hello. Error no_common_group.
Result<std::unique_ptr<Exchange>> make_exchange(const CipherSuiteInfo&, const wire::ClientHello&, Flow&);
/// Whether the server can run the suite's key exchange with this client.
bool can_exchange(const CipherSuiteInfo&, const wire::ClientHello&, Flow&);

}  // namespace keyway::handshake::tls12
