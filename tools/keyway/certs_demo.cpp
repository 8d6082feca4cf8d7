// SPDX-License-Identifier: Apache-2.0
//
// `keyway certs demo`: a certificate authority to throw away, with identities for servers and clients.
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "app.h"
#include "keyway/peer_name.h"
#include "pki/certificate_writer.h"
#include "pki/pem.h"
#include "values.h"

namespace keyway::tool {
namespace {

using NewKey = crypto::Provider::NewKey;

constexpr std::array<std::string_view, 5> extra_names{"client", "node", "revoked", "expired", "wrong-host"};
constexpr const char* use_extras = "use client, node, revoked, expired and wrong-host";

struct DemoArguments {
  std::string directory{};
  std::vector<std::string> hosts{};
  std::string algorithms = "ecdsa,rsa,ed25519";
  std::string days = "30";
  std::string with{};
};

Result<NewKey> key_for(const std::string& algorithm) {
  if (algorithm == "rsa") return NewKey::rsa_2048;
  if (algorithm == "ecdsa") return NewKey::ec_p256;
  if (algorithm == "ed25519") return NewKey::ed25519;
  return none_of_its_values("--algs", algorithm, "use rsa, ecdsa and ed25519");
}

std::uint16_t bit(pki::KeyUsage usage) { return static_cast<std::uint16_t>(usage); }

struct Pair {
  Bytes certificate{};
  SecretBytes key{};
  std::shared_ptr<const crypto::Signer> signer{};
};

// Makes and writes everything; the authority signs with ECDSA.
class Demo {
 public:
  Demo(const DemoArguments& arguments, Output& output) : a_(arguments), output_(output) {}

  Result<void> make();

 private:
  Result<Pair> new_pair(NewKey) const;
  Result<void> make_authority();
  /// Its serial number.
  Result<Bytes> make_leaf(const std::string& stem, const std::string& common_name, const std::vector<std::string>& hosts, NewKey,
                          std::vector<std::string> purposes, bool expired);
  Result<void> make_extra(const std::string& what);
  Result<void> make_revoked();
  Result<void> prepare();
  Result<void> write(const std::string& stem, const Pair&, const std::string& subject);
  std::string path(const std::string& name) const { return a_.directory + "/" + name; }

  const DemoArguments& a_;
  Output& output_;
  std::shared_ptr<const crypto::Provider> provider_ = crypto::default_provider();
  WallTime now_ = std::chrono::system_clock::now();
  Pair authority_;
  std::vector<std::string> algorithms_;
  std::vector<std::string> extras_;
  std::int64_t days_ = 30;
};

Result<Pair> Demo::new_pair(NewKey kind) const {
  Pair pair;
  KW_ASSIGN(pair.key, provider_->generate_private_key(kind));
  KW_ASSIGN(pair.signer, provider_->private_key(pair.key.expose(), {}));
  return pair;
}

Result<void> Demo::make_authority() {
  KW_ASSIGN(authority_, new_pair(NewKey::ec_p256));
  pki::CertificateDescription description;
  description.subject = {{"CN", "keyway demo CA"}};
  KW_ASSIGN(description.serial, pki::random_serial(*provider_));
  description.not_before = now_ - std::chrono::hours(1);
  description.not_after = now_ + std::chrono::days(days_);
  description.ca = true;
  description.key_usage = static_cast<std::uint16_t>(bit(pki::KeyUsage::key_cert_sign) | bit(pki::KeyUsage::crl_sign));
  KW_ASSIGN(authority_.certificate, pki::write_certificate(description, authority_.signer->subject_public_key_info(),
                                                           {.signer = *authority_.signer}, *provider_));
  return write("ca", authority_, "CN=keyway demo CA");
}

Result<Bytes> Demo::make_leaf(const std::string& stem, const std::string& common_name, const std::vector<std::string>& hosts,
                              NewKey kind, std::vector<std::string> purposes, bool expired) {
  KW_ASSIGN(Pair pair, new_pair(kind));
  pki::CertificateDescription description;
  description.subject = {{"CN", common_name}};
  KW_ASSIGN(description.serial, pki::random_serial(*provider_));
  description.not_before = expired ? now_ - std::chrono::days(2) : now_ - std::chrono::hours(1);
  description.not_after = expired ? now_ - std::chrono::days(1) : now_ + std::chrono::days(days_);
  for (const std::string& host : hosts) {
    (IpAddress::parse(host) ? description.addresses : description.dns_names).push_back(host);
  }
  description.ca = false;
  description.key_usage = bit(pki::KeyUsage::digital_signature);
  // For the key exchange of TLS 1.2 and below that encrypts to it; an RSA key of PSS alone does not.
  if (kind == NewKey::rsa_2048) description.key_usage |= bit(pki::KeyUsage::key_encipherment);
  description.extended_key_usage = std::move(purposes);
  const pki::CertificateIssuer issuer{.certificate = authority_.certificate, .signer = *authority_.signer};
  KW_ASSIGN(pair.certificate, pki::write_certificate(description, pair.signer->subject_public_key_info(), issuer, *provider_));
  KW_TRY(write(stem, pair, "CN=" + common_name));
  return description.serial;
}

// Beside the leaf the authority's list, which revokes it.
Result<void> Demo::make_revoked() {
  KW_ASSIGN(const Bytes serial, make_leaf("revoked", a_.hosts.front(), a_.hosts, NewKey::ec_p256, {"serverAuth"}, false));
  const std::string file = path("ca.crl");
  KW_ASSIGN(const Bytes list, pki::write_revocation_list({.this_update = now_ - std::chrono::hours(1),
                                                          .next_update = now_ + std::chrono::days(days_),
                                                          .serials = {serial}},
                                                         {.certificate = authority_.certificate, .signer = *authority_.signer}));
  KW_TRY(write_file("DIR", file, pki::write_pem("X509 CRL", list), false));
  output_.event({{"event", "crl"}, {"file", file}, {"issuer", "CN=keyway demo CA"}, {"revoked", Json::array({hex(serial)})}});
  output_.line("wrote", fmt::format("{}  revokes {}", file, path("revoked.pem")));
  return {};
}

Result<void> Demo::write(const std::string& stem, const Pair& pair, const std::string& subject) {
  const std::string certificate = path(stem + ".pem");
  const std::string key = path(stem + ".key");
  KW_TRY(write_file("DIR", certificate, pki::write_pem("CERTIFICATE", pair.certificate), false));
  std::string pem = pki::write_pem("PRIVATE KEY", pair.key.expose());
  const auto written = write_file("DIR", key, pem, true);
  wipe({reinterpret_cast<std::byte*>(pem.data()), pem.size()});
  KW_TRY(written);
  output_.event({{"event", "certificate"}, {"file", certificate}, {"key_file", key}, {"subject", subject}});
  output_.line("wrote", fmt::format("{}  {}  {}", certificate, key, subject));
  return {};
}

Result<void> Demo::make_extra(const std::string& what) {
  if (what == "revoked") return make_revoked();
  const auto leaf = [&](const std::string& common_name, const std::vector<std::string>& hosts,
                        std::vector<std::string> purposes) -> Result<void> {
    KW_TRY(make_leaf(what, common_name, hosts, NewKey::ec_p256, std::move(purposes), what == "expired"));
    return {};
  };
  const auto& hosts = a_.hosts;
  if (what == "client") return leaf("keyway demo client", {"client.example"}, {"clientAuth"});
  if (what == "node") return leaf(hosts.front(), hosts, {"serverAuth", "clientAuth"});
  if (what == "expired") return leaf(hosts.front(), hosts, {"serverAuth"});
  if (what == "wrong-host") return leaf("elsewhere.example", {"elsewhere.example"}, {"serverAuth"});
  return none_of_its_values("--with", what, use_extras);
}

// Everything that can be wrong is found before the first file is replaced.
Result<void> Demo::prepare() {
  KW_ASSIGN(const std::uint64_t days, parse_number("--days", a_.days, 1, 36500));
  days_ = static_cast<std::int64_t>(days);
  KW_ASSIGN(algorithms_, parse_words("--algs", a_.algorithms));
  for (const std::string& algorithm : algorithms_) KW_TRY(key_for(algorithm));
  KW_ASSIGN(extras_, parse_words("--with", a_.with));
  for (const std::string& extra : extras_) {
    if (std::ranges::find(extra_names, extra) == extra_names.end()) return none_of_its_values("--with", extra, use_extras);
  }
  std::error_code problem;
  std::filesystem::create_directories(a_.directory, problem);
  if (problem || ::access(a_.directory.c_str(), W_OK | X_OK) != 0) {
    const int system_errno = problem ? problem.value() : errno;
    return fail(Errc::invalid_option,
                {.system_errno = system_errno,
                 .option = "DIR",
                 .value = a_.directory,
                 .mend = "name a directory in which files can be made",
                 .reason = fmt::format("it cannot be written: {}", std::generic_category().message(system_errno))});
  }
  return {};
}

Result<void> Demo::make() {
  KW_TRY(prepare());
  KW_TRY(make_authority());
  for (const std::string& algorithm : algorithms_) {
    KW_ASSIGN(const NewKey kind, key_for(algorithm));
    KW_TRY(make_leaf("server-" + algorithm, a_.hosts.front(), a_.hosts, kind, {"serverAuth"}, false));
  }
  // server.pem is the first of them, for programs that want one.
  for (const char* extension : {".pem", ".key"}) {
    KW_ASSIGN(const std::string content, read_file("DIR", path("server-" + algorithms_.front() + extension)));
    KW_TRY(write_file("DIR", path(std::string("server") + extension), content, std::string_view(extension) == ".key"));
  }
  for (const std::string& what : extras_) KW_TRY(make_extra(what));
  return {};
}

int run(DemoArguments a, Output& output) {
  if (a.hosts.empty()) a.hosts = {"localhost", "127.0.0.1", "::1"};
  for (const std::string& host : a.hosts) {
    const auto name = PeerName::of(host.starts_with("*.") ? host.substr(2) : host);
    if (!name) return refuse(output, none_of_its_values("--host", host, "write a host name or an address").error());
  }
  const auto made = Demo(a, output).make();
  if (!made) return refuse(output, made.error());
  output.line("hint",
              fmt::format("keyway serve :8443 --demo {0}    and    keyway connect localhost:8443 --demo {0}", a.directory));
  return exit_ok;
}

}  // namespace

Command add_certs_demo(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("demo", "a certificate authority to throw away, with server and client identities");
  const auto a = std::make_shared<DemoArguments>();
  app->add_option("directory", a->directory, "where the files go; existing ones are replaced")->required();
  app->add_option("--host", a->hosts, "name or address of the servers; repeatable [localhost, 127.0.0.1, ::1]")
      ->allow_extra_args(false)
      ->group("Certificates");
  app->add_option("--algs", a->algorithms, "keys of the servers: ecdsa, rsa, ed25519 [ecdsa,rsa,ed25519]")->group("Certificates");
  app->add_option("--days", a->days, "how long they are valid [30]")->group("Certificates");
  app->add_option("--with", a->with, "more leaves: client, node, revoked (with ca.crl), expired, wrong-host [none]")
      ->group("Certificates");
  return {app, [a](const Globals&, Output& output) { return run(*a, output); }};
}

}  // namespace keyway::tool
