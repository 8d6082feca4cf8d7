// SPDX-License-Identifier: Apache-2.0
//
// Bytes that an honest peer does not send: messages taken apart, changed and put together again, records sealed in the
// place of one end with its keys from the key log.
#pragma once

#include <functional>
#include <map>

#include "loop/pair.h"
#include "names/extension_type.h"
#include "names/handshake_type.h"
#include "record/tls_writer.h"
#include "schedule/key_schedule13.h"

namespace keyway::test {

struct HandshakeMessage {
  HandshakeType type;
  Bytes body;
};
using Messages = std::vector<HandshakeMessage>;

/// Header and body.
Bytes encode(const HandshakeMessage&);
Bytes encode(const Messages&);
/// The whole messages in `bytes`.
Messages messages_of(ByteView bytes);

/// One record in the clear.
Bytes plain_record(ContentType, ByteView content);
Bytes plain_record(const HandshakeMessage&);
/// A stream cut into its records, headers included.
std::vector<Bytes> records_of(ByteView wire);
Bytes operator+(Bytes, ByteView);
/// Bytes from hexadecimal digits; spaces do not matter.
Bytes hex(std::string_view);

/// A ClientHello or ServerHello, its extensions apart.
struct Hello {
  struct Extension {
    ExtensionType type;
    Bytes body;
  };
  HandshakeType type;
  Bytes head;
  std::vector<Extension> extensions;

  static Hello of(const HandshakeMessage&);
  HandshakeMessage message() const;
  /// Of a ServerHello: the suite, behind version, random and session id.
  void choose(CipherSuite);
  /// The body of an extension that is there.
  Bytes& at(ExtensionType);
  bool has(ExtensionType) const;
  void remove(ExtensionType);
  /// Replaces, or adds at the end.
  void set(ExtensionType, Bytes body);
};

/// The Hello at the front of a flight.
Hello hello_of(ByteView flight);
/// The flight with its first message, a Hello in the clear, changed.
Bytes edit_hello(ByteView flight, const std::function<void(Hello&)>&);
/// An extension block (with its length) changed.
Bytes edit_extensions(ByteView block, const std::function<void(std::vector<Hello::Extension>&)>&);

/// The secrets of one connection by their labels; sinks of it may be copied into options.
class KeyBook {
 public:
  KeyLog sink() const;
  const Bytes& at(const std::string& label) const { return secrets_->at(label); }
  const std::vector<std::string>& lines() const { return *lines_; }

 private:
  std::shared_ptr<std::map<std::string, Bytes>> secrets_ = std::make_shared<std::map<std::string, Bytes>>();
  std::shared_ptr<std::vector<std::string>> lines_ = std::make_shared<std::vector<std::string>>();
};

/// Seals records as one end would, from a record number on.
class Forger {
 public:
  Forger(CipherSuite, ByteView secret, std::uint64_t first_number = 0);
  /// In the place of a connected end that has sent no record under its application key yet.
  static Forger instead_of(const Connection&);

  Bytes seal(ContentType, ByteView content);
  Bytes seal(const HandshakeMessage&);
  /// Inner plaintexts become a multiple of this.
  Forger& pad_to(std::size_t multiple);
  /// Goes to the next generation of the secret (RFC 8446 7.2).
  void update();

 private:
  void install(std::uint64_t first_number);

  CipherSuite suite_;
  schedule::TrafficSecret secret_;
  record::TlsWriter writer_;
};

struct OpenedRecord {
  ContentType type;
  Bytes content;
};
/// Opens the protected records of a stream that were sealed under `secret`; records in the clear are passed over.
std::vector<OpenedRecord> open_records(CipherSuite, ByteView secret, ByteView wire);
/// The handshake messages in them.
Messages open_messages(CipherSuite, ByteView secret, ByteView wire);

/// A flight with the messages of its protected part changed, under the keys of one end of the handshake.
Bytes edit_flight(ByteView flight, CipherSuite, ByteView secret, const std::function<void(Messages&)>&);

/// Finished over messages with their headers, under a base key (RFC 8446 4.4.4).
HandshakeMessage finished_over(CipherSuite, ByteView base_key, ByteView messages);
/// Makes the only binder of a ClientHello right again after a change (RFC 8446 4.2.11.2).
void bind_again(Hello&, HashAlgorithm, ByteView psk, schedule::BinderKind);

/// The tickets that a client was given.
std::vector<std::shared_ptr<const SessionTicket>> tickets_of(const End& client);
/// The alert that the other end received, if it received one.
std::optional<AlertDescription> alert_at(const End&);

}  // namespace keyway::test
