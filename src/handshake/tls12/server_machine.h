// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 and below, server: this page is the figures of RFC 5246 7.3, full and resumed, with key exchanges that have no
// Certificate (RFC 4279, RFC 5054). Asking somebody (the sessions, the choice of identity, the signer, the verifier, what a key
// exchange needs before its parameters or for its secret) is a state. Where the server showed protocols, NextProtocol comes
// before Finished (draft-agl-tls-nextprotoneg-04 3; legacy/next_protocol.h). Handlers: server_hello.cpp, server_flight.cpp,
// server_peer.cpp, server_finish.cpp (and what comes afterwards: renegotiation), server_session.cpp (which session, figure 2).
#pragma once

#include "handshake/hello/server_machine.h"
#include "handshake/machine.h"
#include "handshake/questions.h"
#include "handshake/tls12/authentication.h"
#include "handshake/tls12/master.h"
#include "wire/legacy/next_protocol.h"
#include "wire/messages/certificate12.h"
#include "wire/messages/certificate_verify12.h"
#include "wire/messages/client_hello.h"
#include "wire/messages/client_key_exchange.h"
#include "wire/messages/finished.h"

namespace keyway::handshake::tls12::server {

using wire::ClientHello;
using wire::ClientKeyExchange;
using wire::Finished;
using wire::NextProtocol;
using Certificate = wire::Certificate12;
using CertificateVerify = wire::CertificateVerify12;

/// What is known until the client's keys are there; on the heap, because it is large and passed on by every message.
struct Progress : Recycled<Progress> {
  Terms terms;
  std::unique_ptr<ReceivedHello> hello;
  std::shared_ptr<const Session> session{};  ///< that is resumed
  std::vector<const CipherSuiteInfo*> suites{};  ///< that both sides have and can use, in the order that counts
  ExchangePtr exchange{};
  ByteView parameters{};   ///< of ServerKeyExchange, to be signed; the flow keeps them
  std::optional<std::size_t> identity{};  ///< nothing: the suite has no certificate
  std::shared_ptr<const Bytes> staple{};  ///< that goes with its certificate; null: none
  bool requested = false;  ///< a certificate of the client
};
using ProgressPtr = std::unique_ptr<Progress>;

// clang-format off
struct AskSession                  { FindOlderSession question; ProgressPtr all; };
struct AskReverdict                { VerifyPeer question; ProgressPtr all; };
struct AskIdentity                 { ChooseIdentity question; ProgressPtr all; };
struct AskParameters               { AskForKey question; ProgressPtr all; };
struct AskSignature                { Sign question; ProgressPtr all; };
struct WaitCertificate             { ProgressPtr all; };
struct AskVerdict                  { VerifyPeer question; ProgressPtr all; };
struct WaitClientKeyExchange       { ProgressPtr all; std::unique_ptr<TrustedChain> peer; };
struct AskSecret                   { AskForKey question; ProgressPtr all; std::unique_ptr<TrustedChain> peer; };
struct WaitCertificateVerify       { MasterPtr master; std::unique_ptr<TrustedChain> peer; };
struct WaitChangeCipherSpec        { MasterPtr master; };
struct WaitNextProtocol            { MasterPtr master; };
struct WaitFinished                { MasterPtr master; };
struct ResumedWaitChangeCipherSpec { MasterPtr master; };
struct ResumedWaitNextProtocol     { MasterPtr master; };
struct ResumedWaitFinished         { MasterPtr master; };
struct Connected                   { std::unique_ptr<Established> now; };
struct Renegotiate                 { std::unique_ptr<ReceivedHello> hello; std::unique_ptr<Established> enclosing; bool by_peer; };

using FlightSent  = OneOf<WaitCertificate, WaitClientKeyExchange>;
using SecretKnown = OneOf<AskSecret, WaitCertificateVerify, WaitChangeCipherSpec>;
using Full        = OneOf<AskIdentity, AskParameters, WaitClientKeyExchange>;
using Begun       = OneOf<AskSession, AskIdentity, AskParameters, WaitClientKeyExchange>;

Result<Begun> enter(hello::server::Chosen12&&, Flow&);
Result<Begun> enter(Renegotiate&&, Flow&);

Result<OneOf<AskReverdict, ResumedWaitChangeCipherSpec, AskIdentity, AskParameters, WaitClientKeyExchange>>
                                                  on(AskSession&&,            const SessionFound&,      Flow&);
Result<OneOf<AskParameters, AskSignature, WaitCertificate, WaitClientKeyExchange>>
                                                  on(AskIdentity&&,           const IdentityChosen&,    Flow&);
Result<OneOf<AskSignature, WaitClientKeyExchange>> on(AskParameters&&,        const KeyAnswered&,       Flow&);
Result<FlightSent>                                on(AskSignature&&,          const Signed&,            Flow&);
Result<OneOf<AskVerdict, WaitClientKeyExchange>>  on(WaitCertificate&&,       const Certificate&,       Flow&);
Result<WaitClientKeyExchange>                     on(AskVerdict&&,            Verdict&&,                Flow&);
Result<SecretKnown>                               on(WaitClientKeyExchange&&, const ClientKeyExchange&, Flow&);
Result<SecretKnown>                               on(AskSecret&&,             const KeyAnswered&,       Flow&);
Result<WaitChangeCipherSpec>                      on(WaitCertificateVerify&&, const CertificateVerify&, Flow&);
Result<OneOf<WaitNextProtocol, WaitFinished>>     on(WaitChangeCipherSpec&&,  const ChangeCipherSpec&,  Flow&);
Result<WaitFinished>                              on(WaitNextProtocol&&,      const NextProtocol&,      Flow&);
Result<Connected>                                 on(WaitFinished&&,          const Finished&,          Flow&);

Result<ResumedWaitChangeCipherSpec>               on(AskReverdict&&,          Verdict&&,                Flow&);
Result<OneOf<ResumedWaitNextProtocol, ResumedWaitFinished>>
                                                  on(ResumedWaitChangeCipherSpec&&, const ChangeCipherSpec&, Flow&);
Result<ResumedWaitFinished>                       on(ResumedWaitNextProtocol&&, const NextProtocol&,    Flow&);
Result<Connected>                                 on(ResumedWaitFinished&&,   const Finished&,          Flow&);

Result<OneOf<Connected, Renegotiate>>             on(Connected&&,             const ClientHello&,       Flow&);
Result<Connected>                                 on(Connected&&,             const Renegotiation&,     Flow&);

struct Figure {
  using States   = List<AskSession, AskReverdict, AskIdentity, AskParameters, AskSignature, WaitCertificate, AskVerdict,
                        WaitClientKeyExchange, AskSecret, WaitCertificateVerify, WaitChangeCipherSpec, WaitNextProtocol,
                        WaitFinished, ResumedWaitChangeCipherSpec, ResumedWaitNextProtocol, ResumedWaitFinished, Connected,
                        Renegotiate>;
  using Messages = List<SessionFound, IdentityChosen, KeyAnswered, Signed, Certificate, Verdict, ClientKeyExchange,
                        CertificateVerify, ChangeCipherSpec, NextProtocol, Finished, ClientHello, Renegotiation>;
  using Entries  = Begun;
  using Exits    = List<Connected, Renegotiate>;  // a connection may stay in the first for ever
  using Ignored  = List<>;
};
// clang-format on

}  // namespace keyway::handshake::tls12::server
