// SPDX-License-Identifier: Apache-2.0
//
// The messages of TLS 1.2 and below whose form the handler chooses, each form as a type of its own with decode and encode, for
// the tests and the fuzzers.
#pragma once

#include "wire/digitally_signed.h"
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

/// Two parts of a message, one behind the other.
template <class First, class Second>
struct Behind {
  First first{};
  Second second{};
  static Result<Behind> read(Reader& reader) {
    Behind both;
    KW_ASSIGN(both.first, First::read(reader));
    KW_ASSIGN(both.second, Second::read(reader));
    return both;
  }
  void write(Writer& writer) const {
    first.write(writer);
    second.write(writer);
  }
};

/// ServerKeyExchange.
template <class Params, SignatureForm Form>
struct ServerParams {
  Params params{};
  DigitallySigned signature{};
  static Result<ServerParams> decode(ByteView body) {
    Reader reader(body);
    ServerParams read;
    KW_ASSIGN(read.params, Params::read(reader));
    KW_ASSIGN(read.signature, DigitallySigned::read(reader, Form));
    KW_TRY(reader.finish());
    return read;
  }
  void encode(Writer& writer) const {
    params.write(writer);
    signature.write(writer, Form);
  }
};

template <SignatureForm Form>
using RequestIn = InForm<CertificateRequestFields, Form>;

/// ClientKeyExchange.
template <class Exchange>
struct Whole {
  Exchange exchange{};
  static Result<Whole> decode(ByteView body) {
    Reader reader(body);
    KW_ASSIGN(const Exchange exchange, Exchange::read(reader));
    KW_TRY(reader.finish());
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
