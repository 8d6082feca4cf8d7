// SPDX-License-Identifier: Apache-2.0
//
// Secrets are not copied, compared or printed.
#include <iostream>

#include "base/ct.h"
#include "keyway/secret.h"

namespace keyway {

// case copy_secret: use of deleted function .*Secret|call to deleted constructor of .*Secret
#ifdef CASE_copy_secret
Secret32 second(const Secret32& first) { return first; }
#else
Secret32 second(const Secret32& first) { return first.duplicate(); }
#endif

// case assign_secret: use of deleted function .*operator=|selected deleted operator '='
#ifdef CASE_assign_secret
void assign(Secret32& to, const Secret32& from) { to = from; }
#else
void assign(Secret32& to, Secret32& from) { to = std::move(from); }
#endif

// case copy_secret_bytes: use of deleted function .*SecretBytes|call to deleted constructor of .*SecretBytes
#ifdef CASE_copy_secret_bytes
SecretBytes second(const SecretBytes& first) { return first; }
#else
SecretBytes second(const SecretBytes& first) { return first.duplicate(); }
#endif

// case assign_secret_bytes: use of deleted function .*operator=|selected deleted operator '='
#ifdef CASE_assign_secret_bytes
void assign(SecretBytes& to, const SecretBytes& from) { to = from; }
#else
void assign(SecretBytes& to, SecretBytes& from) { to = std::move(from); }
#endif

// case compare_secrets: use of deleted function .*operator==|selected deleted operator '=='
#ifdef CASE_compare_secrets
bool same(const Secret48& a, const Secret48& b) { return a == b; }
#else
bool same(const Secret48& a, const Secret48& b) { return ct::equal(a.expose(), b.expose()); }
#endif

// case compare_secrets_for_difference: use of deleted function .*operator==|selected deleted operator
#ifdef CASE_compare_secrets_for_difference
bool different(const Secret48& a, const Secret48& b) { return a != b; }
#else
bool different(const Secret48& a, const Secret48& b) { return !ct::equal(a.expose(), b.expose()); }
#endif

// case compare_secret_bytes: use of deleted function .*operator==|selected deleted operator '=='
#ifdef CASE_compare_secret_bytes
bool same(const SecretBytes& a, const SecretBytes& b) { return a == b; }
#else
bool same(const SecretBytes& a, const SecretBytes& b) { return ct::equal(a.expose(), b.expose()); }
#endif

// case order_secrets: no match for 'operator<'|invalid operands to binary expression
#ifdef CASE_order_secrets
bool before(const Secret32& a, const Secret32& b) { return a < b; }
#else
bool before(const Secret32& a, const Secret32& b) { return a.size() < b.size(); }
#endif

// case print_secret: no match for 'operator<<'|invalid operands to binary expression
#ifdef CASE_print_secret
void print(const Secret32& secret) { std::cout << secret; }
#else
void print(const Secret32& secret) { std::cout << secret.size(); }
#endif

// case print_secret_bytes: no match for 'operator<<'|invalid operands to binary expression
#ifdef CASE_print_secret_bytes
void print(const SecretBytes& secret) { std::cout << secret; }
#else
void print(const SecretBytes& secret) { std::cout << secret.size(); }
#endif

// case secret_as_view: could not convert .*Secret|no viable conversion
#ifdef CASE_secret_as_view
ByteView view_of(const Secret32& secret) { return secret; }
#else
ByteView view_of(const Secret32& secret) { return secret.expose(); }
#endif

// case secret_among_secrets: use of deleted function .*Pair|call to (implicitly-)?deleted (copy )?constructor of .*Pair
#ifdef CASE_secret_among_secrets
struct Pair {
  Secret32 client;
  Secret32 server;
};
Pair second(const Pair& first) { return first; }
#else
struct Pair {
  Secret32 client;
  Secret32 server;
};
Pair second(Pair& first) { return std::move(first); }
#endif

}  // namespace keyway
