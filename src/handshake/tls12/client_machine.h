// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 and below, client: this page is the figures of RFC 5246 7.3, full and resumed, with tickets (RFC 5077 3.1), stapling
// (RFC 6066 8), and key exchanges that have no Certificate, or no ServerKeyExchange (RFC 4279, RFC 5054). Asking somebody (the
// verifier, the choice of identity, the signer, what a key exchange needs) is a state. The server's parameters are read under a
// chain that nobody has judged yet: nothing of them is used before the verdict. Handlers: client_hello.cpp, client_flight.cpp
// (what the server sends), client_answer.cpp (what we send), client_finish.cpp, client_resumed.cpp.
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
#include "wire/messages/new_session_ticket12.h"
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
using NewSessionTicket = wire::NewSessionTicket12;

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
struct WaitCertificate             { ProgressPtr all; };
struct WaitServerKeyExchange       { ProgressPtr all; };
struct WaitServerHelloDone         { ProgressPtr all; };
struct AskVerdict                  { VerifyPeer question; ProgressPtr all; };
struct AskSecret                   { AskForKey question; ProgressPtr all; };
struct AskIdentity                 { ChooseIdentity question; ProgressPtr all; };
struct AskSignature                { Sign question; MasterPtr master; };
struct WaitNewSessionTicket        { MasterPtr master; };
struct WaitChangeCipherSpec        { MasterPtr master; };
struct WaitFinished                { MasterPtr master; };
struct AskReverdict                { VerifyPeer question; MasterPtr master; };
struct ResumedWaitNewSessionTicket { MasterPtr master; };
struct ResumedWaitChangeCipherSpec { MasterPtr master; };
struct ResumedWaitFinished         { MasterPtr master; };
struct Connected                   { std::unique_ptr<Established> now; };
struct Renegotiate                 { std::unique_ptr<Established> enclosing; bool by_peer; };  // back to the hello machine

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

using Begun            = OneOf<WaitCertificate, WaitServerKeyExchange, WaitHintOrServerHelloDone,
                               AskReverdict, ResumedWaitNewSessionTicket, ResumedWaitChangeCipherSpec>;
using Resumed          = OneOf<ResumedWaitNewSessionTicket, ResumedWaitChangeCipherSpec>;
using FlightSent       = OneOf<WaitNewSessionTicket, WaitChangeCipherSpec>;
using AfterCertificate = OneOf<WaitServerKeyExchange, WaitRequestOrServerHelloDone, WaitHintOrServerHelloDone,
                               WaitStatusOrServerKeyExchange, WaitStatusOrRequest, WaitStatusOrHint>;

Result<Begun> enter(hello::client::Accepted12&&, Flow&);

Result<AfterCertificate>                          on(WaitCertificate&&,               const Certificate&,        Flow&);
Result<WaitServerKeyExchange>                     on(WaitStatusOrServerKeyExchange&&, const CertificateStatus&,  Flow&);
Result<WaitRequestOrServerHelloDone>              on(WaitStatusOrRequest&&,           const CertificateStatus&,  Flow&);
Result<WaitHintOrServerHelloDone>                 on(WaitStatusOrHint&&,              const CertificateStatus&,  Flow&);
Result<WaitRequestOrServerHelloDone>              on(WaitServerKeyExchange&&,         const ServerKeyExchange&,  Flow&);
Result<WaitServerHelloDone>                       on(WaitHintOrServerHelloDone&&,     const ServerKeyExchange&,  Flow&);
Result<WaitServerHelloDone>                       on(WaitRequestOrServerHelloDone&&,  const CertificateRequest&, Flow&);
Result<OneOf<AskVerdict, AskSecret, WaitNewSessionTicket, WaitChangeCipherSpec>>
                                                  on(WaitServerHelloDone&&,           const ServerHelloDone&,    Flow&);
Result<OneOf<AskIdentity, AskSecret, WaitNewSessionTicket, WaitChangeCipherSpec>>
                                                  on(AskVerdict&&,                    Verdict&&,                 Flow&);
Result<FlightSent>                                on(AskSecret&&,                     const KeyAnswered&,        Flow&);
Result<OneOf<AskSignature, WaitNewSessionTicket, WaitChangeCipherSpec>>
                                                  on(AskIdentity&&,                   const IdentityChosen&,     Flow&);
Result<FlightSent>                                on(AskSignature&&,                  const Signed&,             Flow&);
Result<WaitChangeCipherSpec>                      on(WaitNewSessionTicket&&,          const NewSessionTicket&,   Flow&);
Result<WaitFinished>                              on(WaitChangeCipherSpec&&,          const ChangeCipherSpec&,   Flow&);
Result<Connected>                                 on(WaitFinished&&,                  const Finished&,           Flow&);

Result<Resumed>                                   on(AskReverdict&&,                  Verdict&&,                 Flow&);
Result<ResumedWaitChangeCipherSpec>               on(ResumedWaitNewSessionTicket&&,   const NewSessionTicket&,   Flow&);
Result<ResumedWaitFinished>                       on(ResumedWaitChangeCipherSpec&&,   const ChangeCipherSpec&,   Flow&);
Result<Connected>                                 on(ResumedWaitFinished&&,           const Finished&,           Flow&);

Result<OneOf<Connected, Renegotiate>>             on(Connected&&,                     const HelloRequest&,       Flow&);
Result<Renegotiate>                               on(Connected&&,                     const Renegotiation&,      Flow&);

struct Figure {
  using States   = List<WaitCertificate, WaitStatusOrServerKeyExchange, WaitStatusOrRequest, WaitStatusOrHint, WaitServerKeyExchange,
                        WaitRequestOrServerHelloDone, WaitHintOrServerHelloDone, WaitServerHelloDone, AskVerdict, AskSecret,
                        AskIdentity, AskSignature, WaitNewSessionTicket, WaitChangeCipherSpec, WaitFinished, AskReverdict,
                        ResumedWaitNewSessionTicket, ResumedWaitChangeCipherSpec, ResumedWaitFinished, Connected,
                        Renegotiate>;
  using Messages = List<Certificate, CertificateStatus, ServerKeyExchange, CertificateRequest, ServerHelloDone, Verdict,
                        KeyAnswered, IdentityChosen, Signed, NewSessionTicket, ChangeCipherSpec, Finished, HelloRequest,
                        Renegotiation>;
  using Entries  = Begun;
  using Exits    = List<Connected, Renegotiate>;  // a connection may stay in the first for ever
  using Ignored  = List<HelloRequest>;  // RFC 5246 7.4.1.1, while negotiating
};
// clang-format on

}  // namespace keyway::handshake::tls12::client
