// SPDX-License-Identifier: Apache-2.0
//
// The primitives of a handshake and of a record, bare: libcrypto in the cheapest call style that it has for each. What a
// handshake takes beyond their sum is what this project is answerable for.
#pragma once

#include <memory>

#include "certificates.h"
#include "keyway/protocol.h"
#include "measure.h"

namespace keyway::bench {

/// Contestants of one kind of handshake and how often each occurs in it.
class HandshakePrimitives {
 public:
  HandshakePrimitives(KeyKind, NamedGroup, Contest&);

  /// Seconds of 2 key generations, 2 derivations, 1 signature and 3 verifications.
  double sum(const Contest&) const;
  std::string detail(const Contest&) const;

 private:
  std::size_t generate_, derive_, sign_, verify_chain_, verify_handshake_;
};

/// The contestant that checks the two ECDSA signatures of a chain, leaf and intermediate under the root: digests are made and
/// keys imported before. The very signatures, for how long a check takes depends on its numbers.
class RawChain {
 public:
  RawChain(const IdentityFiles&, Contest&);
  /// Of both.
  double seconds(const Contest& contest) const { return contest.seconds(verify_); }

 private:
  std::size_t verify_;
};

/// A bare AEAD over kept contexts: a nonce, 5 bytes of additional data, text and tag a record; in place when opening.
class RawAead {
 public:
  RawAead(std::size_t text_size, std::size_t records);
  ~RawAead();

  void seal_all();
  void open_all();

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace keyway::bench
