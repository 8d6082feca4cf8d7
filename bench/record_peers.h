// SPDX-License-Identifier: Apache-2.0
//
// Application data from client to server of one stack, a batch of records at a time. Batches stay in the second-level
// cache; opening can be timed apart from the sealing that it needs.
#pragma once

#include <cstring>

#include "keyway_peer.h"
#include "libssl_peer.h"
#include "measure.h"
#include "must.h"

namespace keyway::bench {

/// Sends records from client to server, a batch at a time.
class KeywayRecords {
 public:
  KeywayRecords(const IdentityFiles& files, std::size_t size, std::size_t records, Mode mode = Mode::tls13)
      : stack_(files, NamedGroup::secp256r1, mode),
        pair_(stack_.connect()),
        plain_(size, std::byte{0x61}),
        records_(records),
        wire_((size + 64) * records) {}

  void seal() {
    for (std::size_t i = 0; i < records_; ++i) require(must(pair_.client.send(ByteView(plain_))) == plain_.size(), "send");
  }
  /// What the transport would do.
  void carry() {
    filled_ = 0;
    for (const ByteView piece : pair_.client.output()) {
      std::memcpy(wire_.data() + filled_, piece.data(), piece.size());
      filled_ += piece.size();
    }
    pair_.client.output_sent(filled_);
  }
  void open() {
    MutableBytes wire = MutableBytes(wire_).first(filled_);
    while (!wire.empty()) {
      const Step step = must(pair_.server.receive(wire));
      wire = wire.subspan(step.consumed);
      require(std::get<ApplicationData>(step.progress).plaintext.size() == plain_.size(), "receive");
    }
  }

  Batch sealing() {
    return [this](Meter& meter) {
      meter.time([&] { seal(); });
      meter.count(records_);
      carry();
      open();
    };
  }
  Batch opening() {
    return [this](Meter& meter) {
      seal();
      carry();
      meter.time([&] { open(); });
      meter.count(records_);
    };
  }

  /// One thread doing all of it.
  Batch both() {
    return [this](Meter& meter) {
      meter.time([&] {
        seal();
        carry();
        open();
      });
      meter.count(records_);
    };
  }

 private:
  KeywayStack stack_;
  KeywayStack::Pair pair_;
  Bytes plain_;
  std::size_t records_;
  Bytes wire_;
  std::size_t filled_ = 0;
};

class LibsslRecords {
 public:
  LibsslRecords(const IdentityFiles& files, std::size_t size, std::size_t records, Mode mode = Mode::tls13)
      : stack_(files, "P-256", mode), pair_(stack_.connect()), plain_(size, std::byte{0x61}), records_(records), read_(size) {}

  void seal() {
    const int size = static_cast<int>(plain_.size());
    for (std::size_t i = 0; i < records_; ++i) require(SSL_write(pair_.client.get(), plain_.data(), size) == size, "SSL_write");
  }
  void open() {
    const int size = static_cast<int>(read_.size());
    for (std::size_t i = 0; i < records_; ++i) require(SSL_read(pair_.server.get(), read_.data(), size) == size, "SSL_read");
  }

  Batch sealing() {
    return [this](Meter& meter) {
      meter.time([&] { seal(); });
      meter.count(records_);
      open();
    };
  }
  Batch opening() {
    return [this](Meter& meter) {
      seal();
      meter.time([&] { open(); });
      meter.count(records_);
    };
  }

  /// One thread doing all of it.
  Batch both() {
    return [this](Meter& meter) {
      meter.time([&] {
        seal();
        open();
      });
      meter.count(records_);
    };
  }

 private:
  LibsslStack stack_;
  LibsslStack::Pair pair_;
  Bytes plain_;
  std::size_t records_;
  Bytes read_;
};

}  // namespace keyway::bench
