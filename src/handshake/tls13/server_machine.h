// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.3, server: this page is RFC 8446 appendix A.2, with the post-handshake messages of 4.6. Asking somebody (the
// ticket store, PSK look-up, the choice of identity, the signer, the verifier) is a state. Handlers: server_hello.cpp (choices
// and retry), server_second_hello.cpp, server_psk.cpp, server_flight.cpp, server_peer.cpp (our identity and signature, the
// client's), server_finish.cpp (and tickets), server_late.cpp (authentication afterwards), key_update.cpp.
#pragma once

#include "handshake/hello/server_machine.h"
#include "handshake/machine.h"
#include "handshake/questions.h"
#include "handshake/tls13/authentication.h"
#include "handshake/tls13/certificate_compression.h"
#include "handshake/tls13/evidence.h"
#include "handshake/tls13/parameters.h"
#include "handshake/tls13/traffic.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_verify.h"
#include "wire/messages/compressed_certificate.h"
#include "wire/messages/finished.h"
#include "wire/messages/key_update.h"

namespace keyway::handshake::tls13::server {

using wire::CertificateVerify;
using wire::ClientHello;
using wire::CompressedCertificate;
using wire::Finished;
using wire::KeyUpdate;
using Certificate = wire::Certificate13;

// clang-format off
struct WaitSecondClientHello     { std::unique_ptr<ReceivedHello> first; Parameters parameters; };
struct AskSession                { FindSession question; Candidate candidate; std::unique_ptr<ReceivedHello> hello; Parameters parameters; };
struct AskPsk                    { FindPsk question; Candidate candidate; std::unique_ptr<ReceivedHello> hello; Parameters parameters; };
struct AskReverdict              { VerifyPeer question; std::unique_ptr<ReceivedHello> hello; Parameters parameters;
                                   std::unique_ptr<AcceptedPsk> psk; AuthenticatedPsk proved; };
struct AskIdentity               { ChooseIdentity question; std::unique_ptr<ReceivedHello> hello; Parameters parameters; };
struct AskSignature              { Sign question; Keys keys; bool requested; };
struct WaitCertificate           { Keys keys; };
struct AskVerdict                { VerifyPeer question; Keys keys; };
struct WaitCertificateVerify     { Keys keys; TrustedChain peer; };
struct WaitFinished              { Keys keys; Peer peer; };
struct AskTicket                 { IssueTicket question; std::unique_ptr<Traffic> traffic; std::size_t left; };
struct Connected                 { Traffic traffic; };
struct LateWaitCertificate       { std::unique_ptr<Traffic> traffic; RequestContext context; };
struct LateAskVerdict            { VerifyPeer question; std::unique_ptr<Traffic> traffic; };
struct LateWaitCertificateVerify { std::unique_ptr<Traffic> traffic; TrustedChain peer; };
struct LateWaitFinished          { std::unique_ptr<Traffic> traffic; Peer peer; };

using Chosen = OneOf<AskSession, AskPsk, AskIdentity>;
using Begun = OneOf<WaitSecondClientHello, AskSession, AskPsk, AskIdentity>;
using AfterPsk = OneOf<AskSession, AskPsk, AskReverdict, AskIdentity, WaitFinished>;

Result<Begun>                                 enter(hello::server::Chosen13&&, Flow&);

Result<Chosen>                                on(WaitSecondClientHello&&,     const ClientHello&,           Flow&);
Result<AfterPsk>                              on(AskSession&&,                const SessionFound&,          Flow&);
Result<AfterPsk>                              on(AskPsk&&,                    const PskFound&,              Flow&);
Result<WaitFinished>                          on(AskReverdict&&,              Verdict&&,                    Flow&);
Result<AskSignature>                          on(AskIdentity&&,               const IdentityChosen&,        Flow&);
Result<OneOf<WaitCertificate, WaitFinished>>  on(AskSignature&&,              const Signed&,                Flow&);
Result<OneOf<AskVerdict, WaitFinished>>       on(WaitCertificate&&,           const Certificate&,           Flow&);
Result<OneOf<AskVerdict, WaitFinished>>       on(WaitCertificate&&,           const CompressedCertificate&, Flow&);
Result<WaitCertificateVerify>                 on(AskVerdict&&,                Verdict&&,                    Flow&);
Result<WaitFinished>                          on(WaitCertificateVerify&&,     const CertificateVerify&,     Flow&);
Result<OneOf<AskTicket, Connected>>           on(WaitFinished&&,              const Finished&,              Flow&);
Result<OneOf<AskTicket, Connected>>           on(AskTicket&&,                 const TicketIssued&,          Flow&);
Result<Connected>                             on(Connected&&,                 const KeyUpdate&,             Flow&);
Result<Connected>                             on(Connected&&,                 const UpdateKeys&,            Flow&);
Result<LateWaitCertificate>                   on(Connected&&,                 const RequestAuthentication&, Flow&);
Result<LateWaitCertificate>                   on(LateWaitCertificate&&,       const KeyUpdate&,             Flow&);
Result<LateWaitCertificate>                   on(LateWaitCertificate&&,       const UpdateKeys&,            Flow&);
Result<OneOf<LateAskVerdict, LateWaitFinished>> on(LateWaitCertificate&&,     const Certificate&,           Flow&);
Result<OneOf<LateAskVerdict, LateWaitFinished>> on(LateWaitCertificate&&,     const CompressedCertificate&, Flow&);
Result<LateWaitCertificateVerify>             on(LateAskVerdict&&,            Verdict&&,                    Flow&);
Result<LateWaitFinished>                      on(LateWaitCertificateVerify&&, const CertificateVerify&,     Flow&);
Result<Connected>                             on(LateWaitFinished&&,          const Finished&,              Flow&);

struct Figure {
  using States   = List<WaitSecondClientHello, AskSession, AskPsk, AskReverdict, AskIdentity, AskSignature, WaitCertificate,
                        AskVerdict, WaitCertificateVerify, WaitFinished, AskTicket, Connected, LateWaitCertificate,
                        LateAskVerdict, LateWaitCertificateVerify, LateWaitFinished>;
  using Messages = List<ClientHello, SessionFound, PskFound, IdentityChosen, Signed, Certificate, CompressedCertificate, Verdict, CertificateVerify,
                        Finished, TicketIssued, KeyUpdate, UpdateKeys, RequestAuthentication>;
  using Entries  = Begun;
  using Exits    = List<Connected>;  // a connection may stay here for ever
  using Ignored  = List<>;
};
// clang-format on

}  // namespace keyway::handshake::tls13::server
