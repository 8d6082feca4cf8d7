// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of SRP-6a as TLS has it (RFC 5054 2.5, 2.6), over numbers of libcrypto. Exponents are secrets: they are marked
// so that libcrypto takes its constant-time way.
#include "crypto/openssl/legacy/srp.h"

#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

constexpr std::size_t secret_exponent_size = 32;  // RFC 5054 2.6: at least 256 bits
constexpr std::size_t sha1_size = 20;

void check(int result) {
  if (result != 1) throw std::bad_alloc();
}

BigNumber new_number() { return required(BigNumber(BN_secure_new())); }

BigNumber mod_exp(const BIGNUM& base, BIGNUM& exponent, const BIGNUM& n, BN_CTX& context) {
  BN_set_flags(&exponent, BN_FLG_CONSTTIME);
  BigNumber result = new_number();
  check(BN_mod_exp(result.get(), &base, &exponent, &n, &context));
  return result;
}

BigNumber mod_mul(const BIGNUM& a, const BIGNUM& b, const BIGNUM& n, BN_CTX& context) {
  BigNumber result = new_number();
  check(BN_mod_mul(result.get(), &a, &b, &n, &context));
  return result;
}

/// SHA-1 over two numbers, each in the size of N (RFC 5054 2.5.3, 2.6).
BigNumber hash_padded(const Library& from, const BIGNUM& first, const BIGNUM& second, std::size_t size) {
  HashState state(hash_methods(from, HashAlgorithm::sha1));
  Bytes padded(size);
  for (const BIGNUM* number : {&first, &second}) {
    BN_bn2binpad(number, octets(padded.data()), static_cast<int>(size));
    state.update(padded);
  }
  std::array<std::byte, sha1_size> digest;
  state.finish(digest.data());
  return number_from(digest);
}

/// What both ends have: the field, a secret exponent, the own public number.
class SrpEnd : public KeyAgreement {
 public:
  SrpEnd(const Library& from, Field field)
      : from_(from), field_(std::move(field)), context_(required(BigNumberCtx(BN_CTX_secure_new_ex(from.context())))) {}

  NamedGroup group() const override { return {}; }
  ByteView share() const override { return share_; }

 protected:
  void set_share(BigNumber value) {
    own_ = std::move(value);
    share_.resize(static_cast<std::size_t>(BN_num_bytes(own_.get())));
    BN_bn2bin(own_.get(), octets(share_.data()));
  }
  const BIGNUM& n() const noexcept { return *field_.p; }
  BN_CTX& context() const noexcept { return *context_; }
  BigNumber power(const BIGNUM& base, BIGNUM& exponent) const { return mod_exp(base, exponent, n(), context()); }
  BigNumber multiplier() const { return hash_padded(from_, *field_.p, *field_.g, field_.size); }  // RFC 5054 2.5.3: k

  /// RFC 5054 2.5.4: anything but 0 modulo N.
  Result<BigNumber> import_share(ByteView share) const {
    if (share.empty() || share.size() > field_.size) return fail(Errc::invalid_key_share);
    BigNumber value = number_from(share);
    const BigNumber reduced = new_number();
    check(BN_mod(reduced.get(), value.get(), &n(), &context()));
    if (BN_is_zero(reduced.get()) != 0) return fail(Errc::invalid_key_share);
    return value;
  }
  /// RFC 5054 2.6: big-endian without zeros in front, as all numbers that are not padded.
  static SharedSecret secret_of(const BIGNUM& number) {
    SharedSecret secret;
    BN_bn2bin(&number, octets(secret.fill(static_cast<std::size_t>(BN_num_bytes(&number)))));
    return secret;
  }

  const Library& from_;
  Field field_;
  BigNumberCtx context_;
  BigNumber exponent_;
  BigNumber own_;
  Bytes share_;
};

class SrpClient final : public SrpEnd {
 public:
  using SrpEnd::SrpEnd;

  void begin(ByteView x, ByteView exponent) {
    x_ = number_from(x);
    exponent_ = number_from(exponent);
    set_share(power(*field_.g, *exponent_));  // A = g^a
  }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    const ErrorMark mark;
    KW_ASSIGN(const BigNumber b, import_share(peer_share));
    const BigNumber u = hash_padded(from_, *own_, *b, field_.size);
    // RFC 5054 2.6: (B - k * g^x) ^ (a + u * x).
    const BigNumber verifier = power(*field_.g, *x_);
    const BigNumber masked = mod_mul(*multiplier(), *verifier, n(), context());
    const BigNumber base = new_number();
    check(BN_mod_sub(base.get(), b.get(), masked.get(), &n(), &context()));
    const BigNumber exponent = new_number();
    check(BN_mul(exponent.get(), u.get(), x_.get(), &context()));
    check(BN_add(exponent.get(), exponent.get(), exponent_.get()));
    return secret_of(*power(*base, *exponent));
  }

 private:
  BigNumber x_;
};

class SrpServer final : public SrpEnd {
 public:
  using SrpEnd::SrpEnd;

  void begin(ByteView verifier, ByteView exponent) {
    verifier_ = number_from(verifier);
    exponent_ = number_from(exponent);
    // B = k * v + g^b.
    const BigNumber masked = mod_mul(*multiplier(), *verifier_, n(), context());
    const BigNumber power_of_g = power(*field_.g, *exponent_);
    BigNumber value = new_number();
    check(BN_mod_add(value.get(), masked.get(), power_of_g.get(), &n(), &context()));
    set_share(std::move(value));
  }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    const ErrorMark mark;
    KW_ASSIGN(const BigNumber a, import_share(peer_share));
    BigNumber u = hash_padded(from_, *a, *own_, field_.size);
    // RFC 5054 2.6: (A * v^u) ^ b.
    const BigNumber base = mod_mul(*a, *power(*verifier_, *u), n(), context());
    return secret_of(*power(*base, *exponent_));
  }

 private:
  BigNumber verifier_;
};

template <class End>
NewAgreement make_end(const Library& from, const FiniteField& given, ByteView secret, ByteView exponent) {
  const ErrorMark mark;
  KW_ASSIGN(Field field, Field::import(given));
  if (secret.empty() || secret.size() > field.size) return fail(Errc::invalid_key_share);
  auto end = std::make_unique<End>(from, std::move(field));
  end->begin(secret, exponent);
  return end;
}

template <class End>
NewAgreement make_new_end(const Library& from, const FiniteField& given, ByteView secret) {
  Secret32 exponent;
  if (!draw_random(from, exponent.fill(secret_exponent_size))) return fail(Errc::random_failure);
  return make_end<End>(from, given, secret, exponent.expose());
}

}  // namespace

NewAgreement make_srp_client(const Library& from, const FiniteField& given, ByteView x) {
  return make_new_end<SrpClient>(from, given, x);
}

NewAgreement make_srp_server(const Library& from, const FiniteField& given, ByteView verifier) {
  return make_new_end<SrpServer>(from, given, verifier);
}

Result<SecretBytes> make_srp_verifier(const Library& from, const FiniteField& given, ByteView x) {
  const ErrorMark mark;
  KW_ASSIGN(const Field field, Field::import(given));
  if (x.empty() || x.size() > field.size) return fail(Errc::invalid_key_share);
  const BigNumberCtx context = required(BigNumberCtx(BN_CTX_secure_new_ex(from.context())));
  const BigNumber exponent = number_from(x);
  const BigNumber power = mod_exp(*field.g, *exponent, *field.p, *context);
  SecretBytes verifier(field.size);
  BN_bn2binpad(power.get(), octets(verifier.fill().data()), static_cast<int>(field.size));
  return verifier;
}

NewAgreement srp_client_with(const Library& from, const FiniteField& given, ByteView x, ByteView exponent) {
  return make_end<SrpClient>(from, given, x, exponent);
}

NewAgreement srp_server_with(const Library& from, const FiniteField& given, ByteView verifier, ByteView exponent) {
  return make_end<SrpServer>(from, given, verifier, exponent);
}

}  // namespace keyway::crypto::openssl
