// SPDX-License-Identifier: Apache-2.0
//
// ClientHellos as tables of negotiation need them: what is set is offered, the rest is left out.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/byte_buffer.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake::test {

struct Share {
  NamedGroup group;
  std::string key;
};

struct Offer {
  std::vector<std::uint16_t> cipher_suites{0x1301};
  std::optional<std::vector<std::uint16_t>> versions{};
  std::optional<std::vector<std::uint16_t>> groups{};
  std::optional<std::vector<Share>> shares{};
  std::optional<std::vector<std::string>> alpn{};
  std::optional<std::string> server_name{};
  std::optional<std::vector<std::uint16_t>> schemes{};
};

/// A decoded hello and the bytes that it views.
class Hello {
 public:
  explicit Hello(const Offer& offer) {
    wire::Writer w(body_);
    w.u16(0x0303);
    w.bytes(Bytes(32, std::byte{1}));
    w.vec8(Bytes(4, std::byte{2}));
    numbers(w, offer.cipher_suites);
    w.vec8(Bytes(1));
    w.vec16([&] { extensions(w, offer); });
    hello_ = wire::ClientHello::decode(body_.view()).value();
  }
  const wire::ClientHello& operator*() const noexcept { return hello_; }
  ByteView body() const noexcept { return body_.view(); }

 private:
  static void numbers(wire::Writer& w, const std::vector<std::uint16_t>& list) {
    w.vec16([&] {
      for (const std::uint16_t number : list) w.u16(number);
    });
  }
  static void extension(wire::Writer& w, ExtensionType type, auto body) {
    w.u16(static_cast<std::uint16_t>(type));
    w.vec16(body);
  }
  static void extensions(wire::Writer& w, const Offer& offer) {
    if (offer.server_name) {
      extension(w, ExtensionType::server_name, [&] {
        w.vec16([&] {
          w.u8(0);
          w.vec16(as_bytes(*offer.server_name));
        });
      });
    }
    if (offer.versions) {
      extension(w, ExtensionType::supported_versions, [&] {
        w.vec8([&] {
          for (const std::uint16_t version : *offer.versions) w.u16(version);
        });
      });
    }
    if (offer.groups) extension(w, ExtensionType::supported_groups, [&] { numbers(w, *offer.groups); });
    if (offer.schemes) extension(w, ExtensionType::signature_algorithms, [&] { numbers(w, *offer.schemes); });
    if (offer.alpn) {
      extension(w, ExtensionType::application_layer_protocol_negotiation, [&] {
        w.vec16([&] {
          for (const std::string& name : *offer.alpn) w.vec8(as_bytes(name));
        });
      });
    }
    if (offer.shares) {
      extension(w, ExtensionType::key_share, [&] {
        w.vec16([&] {
          for (const Share& share : *offer.shares) {
            w.u16(static_cast<std::uint16_t>(share.group));
            w.vec16(as_bytes(share.key));
          }
        });
      });
    }
  }

  ByteBuffer body_;
  wire::ClientHello hello_;
};

}  // namespace keyway::handshake::test
