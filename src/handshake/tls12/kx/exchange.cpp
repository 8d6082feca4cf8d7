// SPDX-License-Identifier: Apache-2.0
//
// Which object runs the key exchange of a suite.
#include "handshake/tls12/kx/exchange.h"

#include "handshake/tls12/kx/dhe.h"
#include "handshake/tls12/kx/ecdhe.h"
#include "handshake/tls12/kx/legacy/legacy.h"
#include "handshake/tls12/kx/psk.h"

namespace keyway::handshake::tls12 {

namespace {

bool is_around(KeyExchange exchange, KeyExchange with_psk, KeyExchange alone) noexcept {
  return exchange == with_psk || exchange == alone;
}

/// Behind the pre-shared key, or without one.
Result<ExchangePtr> ephemeral(const Terms& terms, const wire::ClientHello& hello, Flow& flow) {
  const KeyExchange exchange = terms.suite->key_exchange;
  if (is_around(exchange, KeyExchange::ecdhe_psk, KeyExchange::ecdhe)) {
    const auto group = choose_curve(hello, flow);
    if (!group) return fail(Errc::no_common_group);
    return make_ecdhe(*group);
  }
  auto field = choose_field(hello, flow);
  if (!field) return fail(Errc::no_common_group);
  return make_dhe(std::move(field));
}

}  // namespace

Result<ExchangePtr> make_exchange(const Terms& terms) {
  switch (terms.suite->key_exchange) {
    case KeyExchange::dhe: return make_dhe();
    case KeyExchange::ecdhe: return make_ecdhe();
    case KeyExchange::psk: return make_psk(nullptr);
    case KeyExchange::dhe_psk: return make_psk(make_dhe());
    case KeyExchange::ecdhe_psk: return make_psk(make_ecdhe());
    default: return make_legacy_exchange(terms);
  }
}

Result<ExchangePtr> make_exchange(const Terms& terms, const ServerBasis& basis, Flow& flow) {
  switch (terms.suite->key_exchange) {
    case KeyExchange::dhe:
    case KeyExchange::ecdhe: return ephemeral(terms, basis.hello, flow);
    case KeyExchange::psk: return make_psk(nullptr);
    case KeyExchange::dhe_psk:
    case KeyExchange::ecdhe_psk: {
      KW_ASSIGN(ExchangePtr inner, ephemeral(terms, basis.hello, flow));
      return make_psk(std::move(inner));
    }
    default: return make_legacy_exchange(terms, basis, flow);
  }
}

bool Possible::can_exchange(const CipherSuiteInfo& suite) {
  if (needs_psk(suite) && !has_psk(flow_.in().server().options.psk)) return false;
  switch (suite.key_exchange) {
    case KeyExchange::psk: return true;
    case KeyExchange::dhe:
    case KeyExchange::dhe_psk:
      if (!field_) field_ = choose_field(hello_, flow_).has_value();
      return *field_;
    case KeyExchange::ecdhe:
    case KeyExchange::ecdhe_psk:
      if (!curve_) curve_ = choose_curve(hello_, flow_).has_value();
      return *curve_;
    default: return can_exchange_legacy(suite, hello_, flow_);
  }
}

}  // namespace keyway::handshake::tls12
