// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 and below, client: this page is the figure of RFC 5246 7.3, with stapling (RFC 6066 8), and with key exchanges that
// have no Certificate, or no ServerKeyExchange (RFC 4279, RFC 5054). Asking somebody (the verifier, the choice of identity, the
// signer, what a key exchange needs) is a state. The server's parameters are read under a chain that nobody has judged yet:
// nothing of them is used before the verdict. Handlers: client_hello.cpp, client_flight.cpp (what the server
// sends), client_answer.cpp (what we send), client_finish.cpp.
#pragma once

#include "handshake/hello/client_machine.h"
#include "handshake/machine.h"
#include "handshake/questions.h"
#include "handshake/tls12/authentication.h"
#include "handshake/tls12/master.h"
#include "wire/messages/certificate12.h"
#include "wire/messages/certificate_request12.h"
#include "wire/messages/certificate_status12.h"
#include "wire/messages/finished.h"
#include "wire/messages/hello_request.h"
#include "wire/messages/server_hello_done.h"
#include "wire/messages/server_key_exchange.h"

namespace keyway::handshake::tls12::client {

using wire::Finished;
using wire::HelloRequest;
using wire::ServerHelloDone;
using wire::ServerKeyExchange;
using Certificate = wire::Certificate12;
using CertificateRequest = wire::CertificateRequest12;
using CertificateStatus = wire::CertificateStatus12;

/// What is known until our answer is complete; on the heap, because it is large and passed on by every message.
struct Progress : Recycled<Progress> {
  Terms terms;
  ExchangePtr exchange;
  bool status_announced = false;         ///< the server may send CertificateStatus (RFC 6066 8)
  ByteView timestamps{};                 ///< of ServerHello (RFC 6962 3.3.1); the flow keeps them
  VerifyPeer chain{};                    ///< the server's, not judged yet
  Unproven parameters{};                 ///< of ServerKeyExchange
  std::optional<Requested> requested{};  ///< CertificateRequest
  std::optional<AuthenticatedPeer> peer{};
};
using ProgressPtr = std::unique_ptr<Progress>;

// clang-format off
struct WaitCertificate       { ProgressPtr all; };
struct WaitServerKeyExchange { ProgressPtr all; };
struct WaitServerHelloDone   { ProgressPtr all; };
struct AskVerdict            { VerifyPeer question; ProgressPtr all; };
struct AskSecret             { AskForKey question; ProgressPtr all; };
struct AskIdentity           { ChooseIdentity question; ProgressPtr all; };
struct AskSignature          { Sign question; MasterPtr master; };
struct WaitChangeCipherSpec  { MasterPtr master; };
struct WaitFinished          { MasterPtr master; };
struct Connected             { Kept kept; };

using  WaitRequestOrServerHelloDone  = May<CertificateRequest, WaitServerHelloDone>;
using  WaitHintOrServerHelloDone     = May<ServerKeyExchange, WaitServerHelloDone>;
using  WaitStatusOrServerKeyExchange = May<CertificateStatus, WaitServerKeyExchange>;
using  WaitStatusOrRequest           = May<CertificateStatus, WaitRequestOrServerHelloDone>;
using  WaitStatusOrHint              = May<CertificateStatus, WaitHintOrServerHelloDone>;

constexpr std::string_view name_of(std::type_identity<WaitRequestOrServerHelloDone>)  { return "WaitRequestOrServerHelloDone"; }
constexpr std::string_view name_of(std::type_identity<WaitHintOrServerHelloDone>)     { return "WaitHintOrServerHelloDone"; }
constexpr std::string_view name_of(std::type_identity<WaitStatusOrServerKeyExchange>) { return "WaitStatusOrServerKeyExchange"; }
constexpr std::string_view name_of(std::type_identity<WaitStatusOrRequest>)           { return "WaitStatusOrRequest"; }
constexpr std::string_view name_of(std::type_identity<WaitStatusOrHint>)              { return "WaitStatusOrHint"; }

using AfterHello       = OneOf<WaitCertificate, WaitServerKeyExchange, WaitHintOrServerHelloDone>;
using AfterCertificate = OneOf<WaitServerKeyExchange, WaitRequestOrServerHelloDone, WaitHintOrServerHelloDone,
                               WaitStatusOrServerKeyExchange, WaitStatusOrRequest, WaitStatusOrHint>;

Result<AfterHello> enter(hello::client::Accepted12&&, Flow&);

Result<AfterCertificate>                          on(WaitCertificate&&,               const Certificate&,        Flow&);
Result<WaitServerKeyExchange>                     on(WaitStatusOrServerKeyExchange&&, const CertificateStatus&,  Flow&);
Result<WaitRequestOrServerHelloDone>              on(WaitStatusOrRequest&&,           const CertificateStatus&,  Flow&);
Result<WaitHintOrServerHelloDone>                 on(WaitStatusOrHint&&,              const CertificateStatus&,  Flow&);
Result<WaitRequestOrServerHelloDone>              on(WaitServerKeyExchange&&,         const ServerKeyExchange&,  Flow&);
Result<WaitServerHelloDone>                       on(WaitHintOrServerHelloDone&&,     const ServerKeyExchange&,  Flow&);
Result<WaitServerHelloDone>                       on(WaitRequestOrServerHelloDone&&,  const CertificateRequest&, Flow&);
Result<OneOf<AskVerdict, AskSecret, WaitChangeCipherSpec>>
                                                  on(WaitServerHelloDone&&,           const ServerHelloDone&,    Flow&);
Result<OneOf<AskIdentity, AskSecret, WaitChangeCipherSpec>>
                                                  on(AskVerdict&&,                    Verdict&&,                 Flow&);
Result<WaitChangeCipherSpec>                      on(AskSecret&&,                     const KeyAnswered&,        Flow&);
Result<OneOf<AskSignature, WaitChangeCipherSpec>> on(AskIdentity&&,                   const IdentityChosen&,     Flow&);
Result<WaitChangeCipherSpec>                      on(AskSignature&&,                  const Signed&,             Flow&);
Result<WaitFinished>                              on(WaitChangeCipherSpec&&,          const ChangeCipherSpec&,   Flow&);
Result<Connected>                                 on(WaitFinished&&,                  const Finished&,           Flow&);
Result<Connected>                                 on(Connected&&,                     const HelloRequest&,       Flow&);

struct Figure {
  using States   = List<WaitCertificate, WaitStatusOrServerKeyExchange, WaitStatusOrRequest, WaitStatusOrHint, WaitServerKeyExchange,
                        WaitRequestOrServerHelloDone, WaitHintOrServerHelloDone, WaitServerHelloDone, AskVerdict, AskSecret,
                        AskIdentity, AskSignature, WaitChangeCipherSpec, WaitFinished, Connected>;
  using Messages = List<Certificate, CertificateStatus, ServerKeyExchange, CertificateRequest, ServerHelloDone, Verdict,
                        KeyAnswered, IdentityChosen, Signed, ChangeCipherSpec, Finished, HelloRequest>;
  using Entries  = AfterHello;
  using Exits    = List<Connected>;  // a connection may stay here for ever
  using Ignored  = List<HelloRequest>;  // RFC 5246 7.4.1.1, while negotiating
};
// clang-format on

}  // namespace keyway::handshake::tls12::client
