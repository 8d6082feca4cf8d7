// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.3, client: this page is RFC 8446 appendix A.1, with the post-handshake messages of 4.6. Asking somebody (verifier, choice
// of identity, the signer) is a state. Handlers: client_hello_retry.cpp (the second hello), client_parameters.cpp,
// client_peer.cpp, client_finish.cpp (our answer, tickets), client_late.cpp (authentication afterwards), key_update.cpp.
#pragma once

#include "handshake/hello/client_machine.h"
#include "handshake/machine.h"
#include "handshake/questions.h"
#include "handshake/tls13/authentication.h"
#include "handshake/tls13/certificate_compression.h"
#include "handshake/tls13/evidence.h"
#include "handshake/tls13/traffic.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/certificate_verify.h"
#include "wire/messages/compressed_certificate.h"
#include "wire/messages/encrypted_extensions.h"
#include "wire/messages/finished.h"
#include "wire/messages/key_update.h"
#include "wire/messages/new_session_ticket13.h"

namespace keyway::handshake::tls13::client {

using wire::CertificateVerify;
using wire::CompressedCertificate;
using wire::EncryptedExtensions;
using wire::Finished;
using wire::HelloRetryRequest;
using wire::KeyUpdate;
using wire::ServerHello;
using Certificate = wire::Certificate13;
using CertificateRequest = wire::CertificateRequest13;
using NewSessionTicket = wire::NewSessionTicket13;

// clang-format off
struct WaitSecondServerHello     { std::unique_ptr<ClientOffer> offer; CipherSuite cipher_suite; std::optional<NamedGroup> group; };
struct WaitEncryptedExtensions   { Keys keys; wire::SentExtensions sent; std::optional<AuthenticatedPsk> psk; };
struct AskReverdict              { VerifyPeer question; Keys keys; AuthenticatedPsk psk; };
struct WaitCertificate           { Keys keys; wire::SentExtensions sent; std::unique_ptr<Requested> request; };
using  WaitCertificateOrRequest  = May<CertificateRequest, WaitCertificate>;
struct AskVerdict                { VerifyPeer question; Keys keys; std::unique_ptr<Requested> request; };
struct WaitCertificateVerify     { Keys keys; std::unique_ptr<Requested> request; TrustedChain peer; };
struct WaitFinished              { Keys keys; std::unique_ptr<Requested> request; Authenticated peer; };
struct AskIdentity               { ChooseIdentity question; Keys keys; std::unique_ptr<Requested> request; };
struct AskSignature              { Sign question; Keys keys; };
struct Connected                 { Traffic traffic; };
struct LateAskIdentity           { ChooseIdentity question; std::unique_ptr<Traffic> traffic; std::unique_ptr<Requested> request; };
struct LateAskSignature          { Sign question; std::unique_ptr<Traffic> traffic; };

constexpr std::string_view name_of(std::type_identity<WaitCertificateOrRequest>) { return "WaitCertificateOrRequest"; }

Result<WaitEncryptedExtensions> enter(hello::client::Accepted13&&, Flow&);
Result<WaitSecondServerHello>   enter(hello::client::Retry13&&, Flow&);

using AfterParameters = OneOf<WaitCertificateOrRequest, AskReverdict, WaitFinished>;

Result<WaitEncryptedExtensions>           on(WaitSecondServerHello&&,    const ServerHello&,         Flow&);
Result<AfterParameters>                   on(WaitEncryptedExtensions&&,  const EncryptedExtensions&, Flow&);
Result<WaitFinished>                      on(AskReverdict&&,             Verdict&&,                  Flow&);
Result<WaitCertificate>                   on(WaitCertificateOrRequest&&, const CertificateRequest&,  Flow&);
Result<AskVerdict>                        on(WaitCertificate&&,          const Certificate&,         Flow&);
Result<AskVerdict>                        on(WaitCertificate&&,          const CompressedCertificate&, Flow&);
Result<WaitCertificateVerify>             on(AskVerdict&&,               Verdict&&,                  Flow&);
Result<WaitFinished>                      on(WaitCertificateVerify&&,    const CertificateVerify&,   Flow&);
Result<OneOf<AskIdentity, Connected>>     on(WaitFinished&&,             const Finished&,            Flow&);
Result<OneOf<AskSignature, Connected>>    on(AskIdentity&&,              const IdentityChosen&,      Flow&);
Result<Connected>                         on(AskSignature&&,             const Signed&,              Flow&);
Result<Connected>                         on(Connected&&,                const NewSessionTicket&,    Flow&);
Result<Connected>                         on(Connected&&,                const KeyUpdate&,           Flow&);
Result<Connected>                         on(Connected&&,                const UpdateKeys&,          Flow&);
Result<LateAskIdentity>                   on(Connected&&,                const CertificateRequest&,  Flow&);
Result<OneOf<LateAskSignature, Connected>> on(LateAskIdentity&&,         const IdentityChosen&,      Flow&);
Result<Connected>                         on(LateAskSignature&&,         const Signed&,              Flow&);

struct Figure {
  using States   = List<WaitSecondServerHello, WaitEncryptedExtensions, AskReverdict, WaitCertificateOrRequest, WaitCertificate,
                        AskVerdict, WaitCertificateVerify, WaitFinished, AskIdentity, AskSignature, Connected,
                        LateAskIdentity, LateAskSignature>;
  using Messages = List<ServerHello, EncryptedExtensions, CertificateRequest, Certificate, CompressedCertificate, Verdict, CertificateVerify, Finished,
                        IdentityChosen, Signed, NewSessionTicket, KeyUpdate, UpdateKeys>;
  using Entries  = OneOf<WaitSecondServerHello, WaitEncryptedExtensions>;
  using Exits    = List<Connected>;  // a connection may stay here for ever
  using Ignored  = List<>;
};
// clang-format on

}  // namespace keyway::handshake::tls13::client
