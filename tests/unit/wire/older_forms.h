// SPDX-License-Identifier: Apache-2.0
//
// The messages of TLS 1.2 and below whose form the handler chooses, each form as a type of its own with decode and encode, for
// the tests and the fuzzers.
#pragma once

#include "wire/legacy/encrypted_premaster.h"
#include "wire/legacy/srp.h"
#include "wire/messages/certificate_request12.h"
#include "wire/messages/certificate_verify12.h"
#include "wire/messages/client_key_exchange.h"
#include "wire/messages/server_key_exchange.h"

namespace keyway::wire {

template <class Fields, SignatureForm Form>
struct InForm {
  Fields fields{};
  static Result<InForm> decode(ByteView body) {
    KW_ASSIGN(const Fields fields, Fields::decode(body, Form));
    return InForm{fields};
  }
  void encode(Writer& writer) const { fields.encode(writer, Form); }
};

template <class Params, SignatureForm Form>
using ServerParams = InForm<SignedParams<Params>, Form>;

template <SignatureForm Form>
using RequestIn = InForm<CertificateRequestFields, Form>;

template <class Exchange>
struct Whole {
  Exchange exchange{};
  static Result<Whole> decode(ByteView body) {
    KW_ASSIGN(const Exchange exchange, ClientKeyExchange{body}.read<Exchange>());
    return Whole{exchange};
  }
  void encode(Writer& writer) const { exchange.write(writer); }
};

template <SignatureForm Form>
struct VerifyIn {
  DigitallySigned signature{};
  static Result<VerifyIn> decode(ByteView body) {
    KW_ASSIGN(const DigitallySigned signature, CertificateVerify12{body}.read(Form));
    return VerifyIn{signature};
  }
  void encode(Writer& writer) const { signature.write(writer, Form); }
};

}  // namespace keyway::wire
