// SPDX-License-Identifier: Apache-2.0
//
// The table of cipher suites.
#include "names/cipher_suite_table.h"

#include <algorithm>
#include <array>

#include "names/cipher_properties.h"
#include "names/protocol_version.h"

namespace keyway {

namespace {

using Kx = KeyExchange;
using Au = Authentication;
using C = Cipher;
using Hash = HashAlgorithm;
using V = ProtocolVersion;

// clang-format off
constexpr CipherSuiteInfo table[] = {
    {0x0001, "TLS_RSA_WITH_NULL_MD5",                         "NULL-MD5",                                    Kx::rsa,       Au::rsa,   C::null,              Mac::md5,    Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0002, "TLS_RSA_WITH_NULL_SHA",                         "NULL-SHA",                                    Kx::rsa,       Au::rsa,   C::null,              Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5",                "EXP-RC4-MD5",                                 Kx::rsa,       Au::rsa,   C::rc4_40,            Mac::md5,    Hash::sha256, V::ssl3,   V::tls1_0},
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5",                      "RC4-MD5",                                     Kx::rsa,       Au::rsa,   C::rc4_128,           Mac::md5,    Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA",                      "RC4-SHA",                                     Kx::rsa,       Au::rsa,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",            "EXP-RC2-CBC-MD5",                             Kx::rsa,       Au::rsa,   C::rc2_cbc_40,        Mac::md5,    Hash::sha256, V::ssl3,   V::tls1_0},
    {0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",             "EXP-DES-CBC-SHA",                             Kx::rsa,       Au::rsa,   C::des40_cbc,         Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_0},
    {0x0009, "TLS_RSA_WITH_DES_CBC_SHA",                      "DES-CBC-SHA",                                 Kx::rsa,       Au::rsa,   C::des_cbc,           Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA",                 "DES-CBC3-SHA",                                Kx::rsa,       Au::rsa,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0011, "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA",         "EXP-DHE-DSS-DES-CBC-SHA",                     Kx::dhe,       Au::dss,   C::des40_cbc,         Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_0},
    {0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA",                  "EDH-DSS-DES-CBC-SHA",                         Kx::dhe,       Au::dss,   C::des_cbc,           Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",             "DHE-DSS-DES-CBC3-SHA",                        Kx::dhe,       Au::dss,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",         "EXP-DHE-RSA-DES-CBC-SHA",                     Kx::dhe,       Au::rsa,   C::des40_cbc,         Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_0},
    {0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA",                  "EDH-RSA-DES-CBC-SHA",                         Kx::dhe,       Au::rsa,   C::des_cbc,           Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",             "EDH-RSA-DES-CBC3-SHA",                        Kx::dhe,       Au::rsa,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0017, "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",            "EXP-ADH-RC4-MD5",                             Kx::dhe,       Au::none,  C::rc4_40,            Mac::md5,    Hash::sha256, V::ssl3,   V::tls1_0},
    {0x0018, "TLS_DH_anon_WITH_RC4_128_MD5",                  "ADH-RC4-MD5",                                 Kx::dhe,       Au::none,  C::rc4_128,           Mac::md5,    Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0019, "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA",         "EXP-ADH-DES-CBC-SHA",                         Kx::dhe,       Au::none,  C::des40_cbc,         Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_0},
    {0x001a, "TLS_DH_anon_WITH_DES_CBC_SHA",                  "ADH-DES-CBC-SHA",                             Kx::dhe,       Au::none,  C::des_cbc,           Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",             "ADH-DES-CBC3-SHA",                            Kx::dhe,       Au::none,  C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x002c, "TLS_PSK_WITH_NULL_SHA",                         "PSK-NULL-SHA",                                Kx::psk,       Au::psk,   C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x002d, "TLS_DHE_PSK_WITH_NULL_SHA",                     "DHE-PSK-NULL-SHA",                            Kx::dhe_psk,   Au::psk,   C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x002e, "TLS_RSA_PSK_WITH_NULL_SHA",                     "RSA-PSK-NULL-SHA",                            Kx::rsa_psk,   Au::rsa,   C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA",                  "AES128-SHA",                                  Kx::rsa,       Au::rsa,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA",              "DHE-DSS-AES128-SHA",                          Kx::dhe,       Au::dss,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",              "DHE-RSA-AES128-SHA",                          Kx::dhe,       Au::rsa,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA",              "ADH-AES128-SHA",                              Kx::dhe,       Au::none,  C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA",                  "AES256-SHA",                                  Kx::rsa,       Au::rsa,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA",              "DHE-DSS-AES256-SHA",                          Kx::dhe,       Au::dss,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",              "DHE-RSA-AES256-SHA",                          Kx::dhe,       Au::rsa,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA",              "ADH-AES256-SHA",                              Kx::dhe,       Au::none,  C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::ssl3,   V::tls1_2},
    {0x003b, "TLS_RSA_WITH_NULL_SHA256",                      "NULL-SHA256",                                 Kx::rsa,       Au::rsa,   C::null,              Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256",               "AES128-SHA256",                               Kx::rsa,       Au::rsa,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256",               "AES256-SHA256",                               Kx::rsa,       Au::rsa,   C::aes_256_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256",           "DHE-DSS-AES128-SHA256",                       Kx::dhe,       Au::dss,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA",             "CAMELLIA128-SHA",                             Kx::rsa,       Au::rsa,   C::camellia_128_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0044, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA",         "DHE-DSS-CAMELLIA128-SHA",                     Kx::dhe,       Au::dss,   C::camellia_128_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA",         "DHE-RSA-CAMELLIA128-SHA",                     Kx::dhe,       Au::rsa,   C::camellia_128_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0046, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA",         "ADH-CAMELLIA128-SHA",                         Kx::dhe,       Au::none,  C::camellia_128_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",           "DHE-RSA-AES128-SHA256",                       Kx::dhe,       Au::rsa,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x006a, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256",           "DHE-DSS-AES256-SHA256",                       Kx::dhe,       Au::dss,   C::aes_256_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",           "DHE-RSA-AES256-SHA256",                       Kx::dhe,       Au::rsa,   C::aes_256_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256",           "ADH-AES128-SHA256",                           Kx::dhe,       Au::none,  C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x006d, "TLS_DH_anon_WITH_AES_256_CBC_SHA256",           "ADH-AES256-SHA256",                           Kx::dhe,       Au::none,  C::aes_256_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA",             "CAMELLIA256-SHA",                             Kx::rsa,       Au::rsa,   C::camellia_256_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0087, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA",         "DHE-DSS-CAMELLIA256-SHA",                     Kx::dhe,       Au::dss,   C::camellia_256_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA",         "DHE-RSA-CAMELLIA256-SHA",                     Kx::dhe,       Au::rsa,   C::camellia_256_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0089, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA",         "ADH-CAMELLIA256-SHA",                         Kx::dhe,       Au::none,  C::camellia_256_cbc,  Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x008a, "TLS_PSK_WITH_RC4_128_SHA",                      "PSK-RC4-SHA",                                 Kx::psk,       Au::psk,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x008b, "TLS_PSK_WITH_3DES_EDE_CBC_SHA",                 "PSK-3DES-EDE-CBC-SHA",                        Kx::psk,       Au::psk,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x008c, "TLS_PSK_WITH_AES_128_CBC_SHA",                  "PSK-AES128-CBC-SHA",                          Kx::psk,       Au::psk,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x008d, "TLS_PSK_WITH_AES_256_CBC_SHA",                  "PSK-AES256-CBC-SHA",                          Kx::psk,       Au::psk,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x008e, "TLS_DHE_PSK_WITH_RC4_128_SHA",                  "DHE-PSK-RC4-SHA",                             Kx::dhe_psk,   Au::psk,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x008f, "TLS_DHE_PSK_WITH_3DES_EDE_CBC_SHA",             "DHE-PSK-3DES-EDE-CBC-SHA",                    Kx::dhe_psk,   Au::psk,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0090, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA",              "DHE-PSK-AES128-CBC-SHA",                      Kx::dhe_psk,   Au::psk,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0091, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA",              "DHE-PSK-AES256-CBC-SHA",                      Kx::dhe_psk,   Au::psk,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0092, "TLS_RSA_PSK_WITH_RC4_128_SHA",                  "RSA-PSK-RC4-SHA",                             Kx::rsa_psk,   Au::rsa,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0093, "TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA",             "RSA-PSK-3DES-EDE-CBC-SHA",                    Kx::rsa_psk,   Au::rsa,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0094, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA",              "RSA-PSK-AES128-CBC-SHA",                      Kx::rsa_psk,   Au::rsa,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x0095, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA",              "RSA-PSK-AES256-CBC-SHA",                      Kx::rsa_psk,   Au::rsa,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256",               "AES128-GCM-SHA256",                           Kx::rsa,       Au::rsa,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384",               "AES256-GCM-SHA384",                           Kx::rsa,       Au::rsa,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",           "DHE-RSA-AES128-GCM-SHA256",                   Kx::dhe,       Au::rsa,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",           "DHE-RSA-AES256-GCM-SHA384",                   Kx::dhe,       Au::rsa,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256",           "DHE-DSS-AES128-GCM-SHA256",                   Kx::dhe,       Au::dss,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00a3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384",           "DHE-DSS-AES256-GCM-SHA384",                   Kx::dhe,       Au::dss,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256",           "ADH-AES128-GCM-SHA256",                       Kx::dhe,       Au::none,  C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384",           "ADH-AES256-GCM-SHA384",                       Kx::dhe,       Au::none,  C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x00a8, "TLS_PSK_WITH_AES_128_GCM_SHA256",               "PSK-AES128-GCM-SHA256",                       Kx::psk,       Au::psk,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00a9, "TLS_PSK_WITH_AES_256_GCM_SHA384",               "PSK-AES256-GCM-SHA384",                       Kx::psk,       Au::psk,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x00aa, "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256",           "DHE-PSK-AES128-GCM-SHA256",                   Kx::dhe_psk,   Au::psk,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00ab, "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384",           "DHE-PSK-AES256-GCM-SHA384",                   Kx::dhe_psk,   Au::psk,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x00ac, "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256",           "RSA-PSK-AES128-GCM-SHA256",                   Kx::rsa_psk,   Au::rsa,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00ad, "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384",           "RSA-PSK-AES256-GCM-SHA384",                   Kx::rsa_psk,   Au::rsa,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0x00ae, "TLS_PSK_WITH_AES_128_CBC_SHA256",               "PSK-AES128-CBC-SHA256",                       Kx::psk,       Au::psk,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0x00af, "TLS_PSK_WITH_AES_256_CBC_SHA384",               "PSK-AES256-CBC-SHA384",                       Kx::psk,       Au::psk,   C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0x00b0, "TLS_PSK_WITH_NULL_SHA256",                      "PSK-NULL-SHA256",                             Kx::psk,       Au::psk,   C::null,              Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0x00b1, "TLS_PSK_WITH_NULL_SHA384",                      "PSK-NULL-SHA384",                             Kx::psk,       Au::psk,   C::null,              Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0x00b2, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256",           "DHE-PSK-AES128-CBC-SHA256",                   Kx::dhe_psk,   Au::psk,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0x00b3, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384",           "DHE-PSK-AES256-CBC-SHA384",                   Kx::dhe_psk,   Au::psk,   C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0x00b4, "TLS_DHE_PSK_WITH_NULL_SHA256",                  "DHE-PSK-NULL-SHA256",                         Kx::dhe_psk,   Au::psk,   C::null,              Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0x00b5, "TLS_DHE_PSK_WITH_NULL_SHA384",                  "DHE-PSK-NULL-SHA384",                         Kx::dhe_psk,   Au::psk,   C::null,              Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0x00b6, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256",           "RSA-PSK-AES128-CBC-SHA256",                   Kx::rsa_psk,   Au::rsa,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0x00b7, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384",           "RSA-PSK-AES256-CBC-SHA384",                   Kx::rsa_psk,   Au::rsa,   C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0x00b8, "TLS_RSA_PSK_WITH_NULL_SHA256",                  "RSA-PSK-NULL-SHA256",                         Kx::rsa_psk,   Au::rsa,   C::null,              Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0x00b9, "TLS_RSA_PSK_WITH_NULL_SHA384",                  "RSA-PSK-NULL-SHA384",                         Kx::rsa_psk,   Au::rsa,   C::null,              Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0x00ba, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256",          "CAMELLIA128-SHA256",                          Kx::rsa,       Au::rsa,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00bd, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA256",      "DHE-DSS-CAMELLIA128-SHA256",                  Kx::dhe,       Au::dss,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00be, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256",      "DHE-RSA-CAMELLIA128-SHA256",                  Kx::dhe,       Au::rsa,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00bf, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256",      "ADH-CAMELLIA128-SHA256",                      Kx::dhe,       Au::none,  C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00c0, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256",          "CAMELLIA256-SHA256",                          Kx::rsa,       Au::rsa,   C::camellia_256_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00c3, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA256",      "DHE-DSS-CAMELLIA256-SHA256",                  Kx::dhe,       Au::dss,   C::camellia_256_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00c4, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256",      "DHE-RSA-CAMELLIA256-SHA256",                  Kx::dhe,       Au::rsa,   C::camellia_256_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x00c5, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256",      "ADH-CAMELLIA256-SHA256",                      Kx::dhe,       Au::none,  C::camellia_256_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0x1301, "TLS_AES_128_GCM_SHA256",                        "TLS_AES_128_GCM_SHA256",                      Kx::any,       Au::any,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_3, V::tls1_3},
    {0x1302, "TLS_AES_256_GCM_SHA384",                        "TLS_AES_256_GCM_SHA384",                      Kx::any,       Au::any,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_3, V::tls1_3},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256",                  "TLS_CHACHA20_POLY1305_SHA256",                Kx::any,       Au::any,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_3, V::tls1_3},
    {0x1304, "TLS_AES_128_CCM_SHA256",                        "TLS_AES_128_CCM_SHA256",                      Kx::any,       Au::any,   C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_3, V::tls1_3},
    {0x1305, "TLS_AES_128_CCM_8_SHA256",                      "TLS_AES_128_CCM_8_SHA256",                    Kx::any,       Au::any,   C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_3, V::tls1_3},
    {0xc001, "TLS_ECDH_ECDSA_WITH_NULL_SHA",                  "TLS_ECDH_ECDSA_WITH_NULL_SHA",                Kx::ecdh,      Au::ecdsa, C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc002, "TLS_ECDH_ECDSA_WITH_RC4_128_SHA",               "ECDH-ECDSA-RC4-SHA",                          Kx::ecdh,      Au::ecdsa, C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc003, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA",          "ECDH-ECDSA-DES-CBC3-SHA",                     Kx::ecdh,      Au::ecdsa, C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA",           "ECDH-ECDSA-AES128-SHA",                       Kx::ecdh,      Au::ecdsa, C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA",           "ECDH-ECDSA-AES256-SHA",                       Kx::ecdh,      Au::ecdsa, C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA",                 "ECDHE-ECDSA-NULL-SHA",                        Kx::ecdhe,     Au::ecdsa, C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",              "ECDHE-ECDSA-RC4-SHA",                         Kx::ecdhe,     Au::ecdsa, C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",         "ECDHE-ECDSA-DES-CBC3-SHA",                    Kx::ecdhe,     Au::ecdsa, C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",          "ECDHE-ECDSA-AES128-SHA",                      Kx::ecdhe,     Au::ecdsa, C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",          "ECDHE-ECDSA-AES256-SHA",                      Kx::ecdhe,     Au::ecdsa, C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc00b, "TLS_ECDH_RSA_WITH_NULL_SHA",                    "TLS_ECDH_RSA_WITH_NULL_SHA",                  Kx::ecdh,      Au::rsa,   C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc00c, "TLS_ECDH_RSA_WITH_RC4_128_SHA",                 "ECDH-RSA-RC4-SHA",                            Kx::ecdh,      Au::rsa,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc00d, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA",            "ECDH-RSA-DES-CBC3-SHA",                       Kx::ecdh,      Au::rsa,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc00e, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA",             "ECDH-RSA-AES128-SHA",                         Kx::ecdh,      Au::rsa,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc00f, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA",             "ECDH-RSA-AES256-SHA",                         Kx::ecdh,      Au::rsa,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA",                   "ECDHE-RSA-NULL-SHA",                          Kx::ecdhe,     Au::rsa,   C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA",                "ECDHE-RSA-RC4-SHA",                           Kx::ecdhe,     Au::rsa,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",           "ECDHE-RSA-DES-CBC3-SHA",                      Kx::ecdhe,     Au::rsa,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",            "ECDHE-RSA-AES128-SHA",                        Kx::ecdhe,     Au::rsa,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",            "ECDHE-RSA-AES256-SHA",                        Kx::ecdhe,     Au::rsa,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc015, "TLS_ECDH_anon_WITH_NULL_SHA",                   "AECDH-NULL-SHA",                              Kx::ecdhe,     Au::none,  C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc016, "TLS_ECDH_anon_WITH_RC4_128_SHA",                "AECDH-RC4-SHA",                               Kx::ecdhe,     Au::none,  C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA",           "AECDH-DES-CBC3-SHA",                          Kx::ecdhe,     Au::none,  C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",            "AECDH-AES128-SHA",                            Kx::ecdhe,     Au::none,  C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",            "AECDH-AES256-SHA",                            Kx::ecdhe,     Au::none,  C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc01a, "TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA",             "SRP-3DES-EDE-CBC-SHA",                        Kx::srp,       Au::none,  C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc01b, "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA",         "SRP-RSA-3DES-EDE-CBC-SHA",                    Kx::srp,       Au::rsa,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc01c, "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA",         "SRP-DSS-3DES-EDE-CBC-SHA",                    Kx::srp,       Au::dss,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc01d, "TLS_SRP_SHA_WITH_AES_128_CBC_SHA",              "SRP-AES-128-CBC-SHA",                         Kx::srp,       Au::none,  C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc01e, "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA",          "SRP-RSA-AES-128-CBC-SHA",                     Kx::srp,       Au::rsa,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc01f, "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA",          "SRP-DSS-AES-128-CBC-SHA",                     Kx::srp,       Au::dss,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc020, "TLS_SRP_SHA_WITH_AES_256_CBC_SHA",              "SRP-AES-256-CBC-SHA",                         Kx::srp,       Au::none,  C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc021, "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA",          "SRP-RSA-AES-256-CBC-SHA",                     Kx::srp,       Au::rsa,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc022, "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA",          "SRP-DSS-AES-256-CBC-SHA",                     Kx::srp,       Au::dss,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",       "ECDHE-ECDSA-AES128-SHA256",                   Kx::ecdhe,     Au::ecdsa, C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",       "ECDHE-ECDSA-AES256-SHA384",                   Kx::ecdhe,     Au::ecdsa, C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc025, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256",        "ECDH-ECDSA-AES128-SHA256",                    Kx::ecdh,      Au::ecdsa, C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc026, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384",        "ECDH-ECDSA-AES256-SHA384",                    Kx::ecdh,      Au::ecdsa, C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",         "ECDHE-RSA-AES128-SHA256",                     Kx::ecdhe,     Au::rsa,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",         "ECDHE-RSA-AES256-SHA384",                     Kx::ecdhe,     Au::rsa,   C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc029, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256",          "ECDH-RSA-AES128-SHA256",                      Kx::ecdh,      Au::rsa,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc02a, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384",          "ECDH-RSA-AES256-SHA384",                      Kx::ecdh,      Au::rsa,   C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",       "ECDHE-ECDSA-AES128-GCM-SHA256",               Kx::ecdhe,     Au::ecdsa, C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",       "ECDHE-ECDSA-AES256-GCM-SHA384",               Kx::ecdhe,     Au::ecdsa, C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc02d, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256",        "ECDH-ECDSA-AES128-GCM-SHA256",                Kx::ecdh,      Au::ecdsa, C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc02e, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384",        "ECDH-ECDSA-AES256-GCM-SHA384",                Kx::ecdh,      Au::ecdsa, C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",         "ECDHE-RSA-AES128-GCM-SHA256",                 Kx::ecdhe,     Au::rsa,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",         "ECDHE-RSA-AES256-GCM-SHA384",                 Kx::ecdhe,     Au::rsa,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256",          "ECDH-RSA-AES128-GCM-SHA256",                  Kx::ecdh,      Au::rsa,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc032, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384",          "ECDH-RSA-AES256-GCM-SHA384",                  Kx::ecdh,      Au::rsa,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc033, "TLS_ECDHE_PSK_WITH_RC4_128_SHA",                "ECDHE-PSK-RC4-SHA",                           Kx::ecdhe_psk, Au::psk,   C::rc4_128,           Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc034, "TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA",           "ECDHE-PSK-3DES-EDE-CBC-SHA",                  Kx::ecdhe_psk, Au::psk,   C::tdes_ede_cbc,      Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc035, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",            "ECDHE-PSK-AES128-CBC-SHA",                    Kx::ecdhe_psk, Au::psk,   C::aes_128_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc036, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA",            "ECDHE-PSK-AES256-CBC-SHA",                    Kx::ecdhe_psk, Au::psk,   C::aes_256_cbc,       Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc037, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256",         "ECDHE-PSK-AES128-CBC-SHA256",                 Kx::ecdhe_psk, Au::psk,   C::aes_128_cbc,       Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc038, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384",         "ECDHE-PSK-AES256-CBC-SHA384",                 Kx::ecdhe_psk, Au::psk,   C::aes_256_cbc,       Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0xc039, "TLS_ECDHE_PSK_WITH_NULL_SHA",                   "ECDHE-PSK-NULL-SHA",                          Kx::ecdhe_psk, Au::psk,   C::null,              Mac::sha1,   Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc03a, "TLS_ECDHE_PSK_WITH_NULL_SHA256",                "ECDHE-PSK-NULL-SHA256",                       Kx::ecdhe_psk, Au::psk,   C::null,              Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc03b, "TLS_ECDHE_PSK_WITH_NULL_SHA384",                "ECDHE-PSK-NULL-SHA384",                       Kx::ecdhe_psk, Au::psk,   C::null,              Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0xc03c, "TLS_RSA_WITH_ARIA_128_CBC_SHA256",              "TLS_RSA_WITH_ARIA_128_CBC_SHA256",            Kx::rsa,       Au::rsa,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc03d, "TLS_RSA_WITH_ARIA_256_CBC_SHA384",              "TLS_RSA_WITH_ARIA_256_CBC_SHA384",            Kx::rsa,       Au::rsa,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc042, "TLS_DHE_DSS_WITH_ARIA_128_CBC_SHA256",          "TLS_DHE_DSS_WITH_ARIA_128_CBC_SHA256",        Kx::dhe,       Au::dss,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc043, "TLS_DHE_DSS_WITH_ARIA_256_CBC_SHA384",          "TLS_DHE_DSS_WITH_ARIA_256_CBC_SHA384",        Kx::dhe,       Au::dss,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc044, "TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256",          "TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256",        Kx::dhe,       Au::rsa,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc045, "TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384",          "TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384",        Kx::dhe,       Au::rsa,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc046, "TLS_DH_anon_WITH_ARIA_128_CBC_SHA256",          "TLS_DH_anon_WITH_ARIA_128_CBC_SHA256",        Kx::dhe,       Au::none,  C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc047, "TLS_DH_anon_WITH_ARIA_256_CBC_SHA384",          "TLS_DH_anon_WITH_ARIA_256_CBC_SHA384",        Kx::dhe,       Au::none,  C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc048, "TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256",      "TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256",    Kx::ecdhe,     Au::ecdsa, C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc049, "TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384",      "TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384",    Kx::ecdhe,     Au::ecdsa, C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc04a, "TLS_ECDH_ECDSA_WITH_ARIA_128_CBC_SHA256",       "TLS_ECDH_ECDSA_WITH_ARIA_128_CBC_SHA256",     Kx::ecdh,      Au::ecdsa, C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc04b, "TLS_ECDH_ECDSA_WITH_ARIA_256_CBC_SHA384",       "TLS_ECDH_ECDSA_WITH_ARIA_256_CBC_SHA384",     Kx::ecdh,      Au::ecdsa, C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc04c, "TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256",        "TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256",      Kx::ecdhe,     Au::rsa,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc04d, "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384",        "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384",      Kx::ecdhe,     Au::rsa,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc04e, "TLS_ECDH_RSA_WITH_ARIA_128_CBC_SHA256",         "TLS_ECDH_RSA_WITH_ARIA_128_CBC_SHA256",       Kx::ecdh,      Au::rsa,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc04f, "TLS_ECDH_RSA_WITH_ARIA_256_CBC_SHA384",         "TLS_ECDH_RSA_WITH_ARIA_256_CBC_SHA384",       Kx::ecdh,      Au::rsa,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc050, "TLS_RSA_WITH_ARIA_128_GCM_SHA256",              "ARIA128-GCM-SHA256",                          Kx::rsa,       Au::rsa,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc051, "TLS_RSA_WITH_ARIA_256_GCM_SHA384",              "ARIA256-GCM-SHA384",                          Kx::rsa,       Au::rsa,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc052, "TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256",          "DHE-RSA-ARIA128-GCM-SHA256",                  Kx::dhe,       Au::rsa,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc053, "TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384",          "DHE-RSA-ARIA256-GCM-SHA384",                  Kx::dhe,       Au::rsa,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc056, "TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256",          "DHE-DSS-ARIA128-GCM-SHA256",                  Kx::dhe,       Au::dss,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc057, "TLS_DHE_DSS_WITH_ARIA_256_GCM_SHA384",          "DHE-DSS-ARIA256-GCM-SHA384",                  Kx::dhe,       Au::dss,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc05a, "TLS_DH_anon_WITH_ARIA_128_GCM_SHA256",          "TLS_DH_anon_WITH_ARIA_128_GCM_SHA256",        Kx::dhe,       Au::none,  C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc05b, "TLS_DH_anon_WITH_ARIA_256_GCM_SHA384",          "TLS_DH_anon_WITH_ARIA_256_GCM_SHA384",        Kx::dhe,       Au::none,  C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc05c, "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256",      "ECDHE-ECDSA-ARIA128-GCM-SHA256",              Kx::ecdhe,     Au::ecdsa, C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc05d, "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384",      "ECDHE-ECDSA-ARIA256-GCM-SHA384",              Kx::ecdhe,     Au::ecdsa, C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc05e, "TLS_ECDH_ECDSA_WITH_ARIA_128_GCM_SHA256",       "TLS_ECDH_ECDSA_WITH_ARIA_128_GCM_SHA256",     Kx::ecdh,      Au::ecdsa, C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc05f, "TLS_ECDH_ECDSA_WITH_ARIA_256_GCM_SHA384",       "TLS_ECDH_ECDSA_WITH_ARIA_256_GCM_SHA384",     Kx::ecdh,      Au::ecdsa, C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc060, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256",        "ECDHE-ARIA128-GCM-SHA256",                    Kx::ecdhe,     Au::rsa,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384",        "ECDHE-ARIA256-GCM-SHA384",                    Kx::ecdhe,     Au::rsa,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc062, "TLS_ECDH_RSA_WITH_ARIA_128_GCM_SHA256",         "TLS_ECDH_RSA_WITH_ARIA_128_GCM_SHA256",       Kx::ecdh,      Au::rsa,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc063, "TLS_ECDH_RSA_WITH_ARIA_256_GCM_SHA384",         "TLS_ECDH_RSA_WITH_ARIA_256_GCM_SHA384",       Kx::ecdh,      Au::rsa,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc064, "TLS_PSK_WITH_ARIA_128_CBC_SHA256",              "TLS_PSK_WITH_ARIA_128_CBC_SHA256",            Kx::psk,       Au::psk,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc065, "TLS_PSK_WITH_ARIA_256_CBC_SHA384",              "TLS_PSK_WITH_ARIA_256_CBC_SHA384",            Kx::psk,       Au::psk,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc066, "TLS_DHE_PSK_WITH_ARIA_128_CBC_SHA256",          "TLS_DHE_PSK_WITH_ARIA_128_CBC_SHA256",        Kx::dhe_psk,   Au::psk,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc067, "TLS_DHE_PSK_WITH_ARIA_256_CBC_SHA384",          "TLS_DHE_PSK_WITH_ARIA_256_CBC_SHA384",        Kx::dhe_psk,   Au::psk,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc068, "TLS_RSA_PSK_WITH_ARIA_128_CBC_SHA256",          "TLS_RSA_PSK_WITH_ARIA_128_CBC_SHA256",        Kx::rsa_psk,   Au::rsa,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc069, "TLS_RSA_PSK_WITH_ARIA_256_CBC_SHA384",          "TLS_RSA_PSK_WITH_ARIA_256_CBC_SHA384",        Kx::rsa_psk,   Au::rsa,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc06a, "TLS_PSK_WITH_ARIA_128_GCM_SHA256",              "PSK-ARIA128-GCM-SHA256",                      Kx::psk,       Au::psk,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc06b, "TLS_PSK_WITH_ARIA_256_GCM_SHA384",              "PSK-ARIA256-GCM-SHA384",                      Kx::psk,       Au::psk,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc06c, "TLS_DHE_PSK_WITH_ARIA_128_GCM_SHA256",          "DHE-PSK-ARIA128-GCM-SHA256",                  Kx::dhe_psk,   Au::psk,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc06d, "TLS_DHE_PSK_WITH_ARIA_256_GCM_SHA384",          "DHE-PSK-ARIA256-GCM-SHA384",                  Kx::dhe_psk,   Au::psk,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc06e, "TLS_RSA_PSK_WITH_ARIA_128_GCM_SHA256",          "RSA-PSK-ARIA128-GCM-SHA256",                  Kx::rsa_psk,   Au::rsa,   C::aria_128_gcm,      Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc06f, "TLS_RSA_PSK_WITH_ARIA_256_GCM_SHA384",          "RSA-PSK-ARIA256-GCM-SHA384",                  Kx::rsa_psk,   Au::rsa,   C::aria_256_gcm,      Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc070, "TLS_ECDHE_PSK_WITH_ARIA_128_CBC_SHA256",        "TLS_ECDHE_PSK_WITH_ARIA_128_CBC_SHA256",      Kx::ecdhe_psk, Au::psk,   C::aria_128_cbc,      Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc071, "TLS_ECDHE_PSK_WITH_ARIA_256_CBC_SHA384",        "TLS_ECDHE_PSK_WITH_ARIA_256_CBC_SHA384",      Kx::ecdhe_psk, Au::psk,   C::aria_256_cbc,      Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc072, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256",  "ECDHE-ECDSA-CAMELLIA128-SHA256",              Kx::ecdhe,     Au::ecdsa, C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384",  "ECDHE-ECDSA-CAMELLIA256-SHA384",              Kx::ecdhe,     Au::ecdsa, C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc074, "TLS_ECDH_ECDSA_WITH_CAMELLIA_128_CBC_SHA256",   "TLS_ECDH_ECDSA_WITH_CAMELLIA_128_CBC_SHA256", Kx::ecdh,      Au::ecdsa, C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc075, "TLS_ECDH_ECDSA_WITH_CAMELLIA_256_CBC_SHA384",   "TLS_ECDH_ECDSA_WITH_CAMELLIA_256_CBC_SHA384", Kx::ecdh,      Au::ecdsa, C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc076, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256",    "ECDHE-RSA-CAMELLIA128-SHA256",                Kx::ecdhe,     Au::rsa,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc077, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384",    "ECDHE-RSA-CAMELLIA256-SHA384",                Kx::ecdhe,     Au::rsa,   C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc078, "TLS_ECDH_RSA_WITH_CAMELLIA_128_CBC_SHA256",     "TLS_ECDH_RSA_WITH_CAMELLIA_128_CBC_SHA256",   Kx::ecdh,      Au::rsa,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc079, "TLS_ECDH_RSA_WITH_CAMELLIA_256_CBC_SHA384",     "TLS_ECDH_RSA_WITH_CAMELLIA_256_CBC_SHA384",   Kx::ecdh,      Au::rsa,   C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_2, V::tls1_2},
    {0xc094, "TLS_PSK_WITH_CAMELLIA_128_CBC_SHA256",          "PSK-CAMELLIA128-SHA256",                      Kx::psk,       Au::psk,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc095, "TLS_PSK_WITH_CAMELLIA_256_CBC_SHA384",          "PSK-CAMELLIA256-SHA384",                      Kx::psk,       Au::psk,   C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0xc096, "TLS_DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256",      "DHE-PSK-CAMELLIA128-SHA256",                  Kx::dhe_psk,   Au::psk,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc097, "TLS_DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384",      "DHE-PSK-CAMELLIA256-SHA384",                  Kx::dhe_psk,   Au::psk,   C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0xc098, "TLS_RSA_PSK_WITH_CAMELLIA_128_CBC_SHA256",      "RSA-PSK-CAMELLIA128-SHA256",                  Kx::rsa_psk,   Au::rsa,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc099, "TLS_RSA_PSK_WITH_CAMELLIA_256_CBC_SHA384",      "RSA-PSK-CAMELLIA256-SHA384",                  Kx::rsa_psk,   Au::rsa,   C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0xc09a, "TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256",    "ECDHE-PSK-CAMELLIA128-SHA256",                Kx::ecdhe_psk, Au::psk,   C::camellia_128_cbc,  Mac::sha256, Hash::sha256, V::tls1_0, V::tls1_2},
    {0xc09b, "TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384",    "ECDHE-PSK-CAMELLIA256-SHA384",                Kx::ecdhe_psk, Au::psk,   C::camellia_256_cbc,  Mac::sha384, Hash::sha384, V::tls1_0, V::tls1_2},
    {0xc09c, "TLS_RSA_WITH_AES_128_CCM",                      "AES128-CCM",                                  Kx::rsa,       Au::rsa,   C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc09d, "TLS_RSA_WITH_AES_256_CCM",                      "AES256-CCM",                                  Kx::rsa,       Au::rsa,   C::aes_256_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM",                  "DHE-RSA-AES128-CCM",                          Kx::dhe,       Au::rsa,   C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM",                  "DHE-RSA-AES256-CCM",                          Kx::dhe,       Au::rsa,   C::aes_256_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8",                    "AES128-CCM8",                                 Kx::rsa,       Au::rsa,   C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a1, "TLS_RSA_WITH_AES_256_CCM_8",                    "AES256-CCM8",                                 Kx::rsa,       Au::rsa,   C::aes_256_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a2, "TLS_DHE_RSA_WITH_AES_128_CCM_8",                "DHE-RSA-AES128-CCM8",                         Kx::dhe,       Au::rsa,   C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a3, "TLS_DHE_RSA_WITH_AES_256_CCM_8",                "DHE-RSA-AES256-CCM8",                         Kx::dhe,       Au::rsa,   C::aes_256_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a4, "TLS_PSK_WITH_AES_128_CCM",                      "PSK-AES128-CCM",                              Kx::psk,       Au::psk,   C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a5, "TLS_PSK_WITH_AES_256_CCM",                      "PSK-AES256-CCM",                              Kx::psk,       Au::psk,   C::aes_256_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a6, "TLS_DHE_PSK_WITH_AES_128_CCM",                  "DHE-PSK-AES128-CCM",                          Kx::dhe_psk,   Au::psk,   C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a7, "TLS_DHE_PSK_WITH_AES_256_CCM",                  "DHE-PSK-AES256-CCM",                          Kx::dhe_psk,   Au::psk,   C::aes_256_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a8, "TLS_PSK_WITH_AES_128_CCM_8",                    "PSK-AES128-CCM8",                             Kx::psk,       Au::psk,   C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0a9, "TLS_PSK_WITH_AES_256_CCM_8",                    "PSK-AES256-CCM8",                             Kx::psk,       Au::psk,   C::aes_256_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0aa, "TLS_PSK_DHE_WITH_AES_128_CCM_8",                "DHE-PSK-AES128-CCM8",                         Kx::dhe_psk,   Au::psk,   C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0ab, "TLS_PSK_DHE_WITH_AES_256_CCM_8",                "DHE-PSK-AES256-CCM8",                         Kx::dhe_psk,   Au::psk,   C::aes_256_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",              "ECDHE-ECDSA-AES128-CCM",                      Kx::ecdhe,     Au::ecdsa, C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0ad, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",              "ECDHE-ECDSA-AES256-CCM",                      Kx::ecdhe,     Au::ecdsa, C::aes_256_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",            "ECDHE-ECDSA-AES128-CCM8",                     Kx::ecdhe,     Au::ecdsa, C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",            "ECDHE-ECDSA-AES256-CCM8",                     Kx::ecdhe,     Au::ecdsa, C::aes_256_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",   "ECDHE-RSA-CHACHA20-POLY1305",                 Kx::ecdhe,     Au::rsa,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",               Kx::ecdhe,     Au::ecdsa, C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",     "DHE-RSA-CHACHA20-POLY1305",                   Kx::dhe,       Au::rsa,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xccab, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256",         "PSK-CHACHA20-POLY1305",                       Kx::psk,       Au::psk,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xccac, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",   "ECDHE-PSK-CHACHA20-POLY1305",                 Kx::ecdhe_psk, Au::psk,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xccad, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256",     "DHE-PSK-CHACHA20-POLY1305",                   Kx::dhe_psk,   Au::psk,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xccae, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256",     "RSA-PSK-CHACHA20-POLY1305",                   Kx::rsa_psk,   Au::rsa,   C::chacha20_poly1305, Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xd001, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",         "ECDHE-PSK-AES128-GCM-SHA256",                 Kx::ecdhe_psk, Au::psk,   C::aes_128_gcm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xd002, "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384",         "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384",       Kx::ecdhe_psk, Au::psk,   C::aes_256_gcm,       Mac::aead,   Hash::sha384, V::tls1_2, V::tls1_2},
    {0xd003, "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256",       "ECDHE-PSK-AES128-CCM8-SHA256",                Kx::ecdhe_psk, Au::psk,   C::aes_128_ccm_8,     Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
    {0xd005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256",         "ECDHE-PSK-AES128-CCM-SHA256",                 Kx::ecdhe_psk, Au::psk,   C::aes_128_ccm,       Mac::aead,   Hash::sha256, V::tls1_2, V::tls1_2},
};
// clang-format on

/// Spellings of Erlang/OTP that differ from OpenSSL's.
struct Alias {
  std::string_view name;
  std::uint16_t code;
};
constexpr Alias aliases[] = {
    {"RSA-PSK-DES-CBC3-SHA", 0x0093},           {"SRP-RSA-DES-CBC3-SHA", 0xc01b},   {"SRP-DSS-DES-CBC3-SHA", 0xc01c},
    {"SRP-DSS-AES128-CBC-SHA", 0xc01f},         {"SRP-DSS-AES256-CBC-SHA", 0xc022}, {"TLS_DHE_PSK_WITH_AES_128_CCM_8", 0xc0aa},
    {"TLS_DHE_PSK_WITH_AES_256_CCM_8", 0xc0ab},
};

/// Erlang names a key exchange together with what authenticates it.
struct KeyExchangeName {
  KeyExchange key_exchange;
  Authentication authentication;
  std::string_view name;
};
constexpr KeyExchangeName key_exchange_names[] = {
    {Kx::any, Au::any, "any"},
    {Kx::rsa, Au::rsa, "rsa"},
    {Kx::dhe, Au::rsa, "dhe_rsa"},
    {Kx::dhe, Au::dss, "dhe_dss"},
    {Kx::dhe, Au::none, "dh_anon"},
    {Kx::ecdhe, Au::ecdsa, "ecdhe_ecdsa"},
    {Kx::ecdhe, Au::rsa, "ecdhe_rsa"},
    {Kx::ecdhe, Au::none, "ecdh_anon"},
    {Kx::ecdh, Au::ecdsa, "ecdh_ecdsa"},
    {Kx::ecdh, Au::rsa, "ecdh_rsa"},
    {Kx::psk, Au::psk, "psk"},
    {Kx::dhe_psk, Au::psk, "dhe_psk"},
    {Kx::ecdhe_psk, Au::psk, "ecdhe_psk"},
    {Kx::rsa_psk, Au::rsa, "rsa_psk"},
    {Kx::srp, Au::none, "srp_anon"},
    {Kx::srp, Au::rsa, "srp_rsa"},
    {Kx::srp, Au::dss, "srp_dss"},
};

/// Numbers come in a few ranges of one high byte. A handshake asks for rows a dozen times: two steps instead of a search.
class Index {
 public:
  consteval Index() {
    std::uint8_t pages = 0;
    for (std::uint16_t i = 0; i < std::size(table); ++i) {
      std::uint8_t& page = page_of_[table[i].code >> 8];
      if (page == 0) page = ++pages;
      rows_[page][table[i].code & 0xff] = static_cast<std::uint16_t>(i + 1);
    }
  }
  constexpr const CipherSuiteInfo* find(std::uint16_t code) const noexcept {
    const std::uint16_t row = rows_[page_of_[code >> 8]][code & 0xff];
    return row == 0 ? nullptr : &table[row - 1];
  }

 private:
  static constexpr std::size_t ranges = 5;
  std::array<std::uint8_t, 256> page_of_{};  ///< by the high byte; 0, which has no rows: no suite begins so
  std::array<std::array<std::uint16_t, 256>, ranges + 1> rows_{};  ///< counted from 1; 0: there is none
};

constexpr Index by_code;

}  // namespace

std::span<const CipherSuiteInfo> all_cipher_suites() noexcept { return table; }

const CipherSuiteInfo* find_cipher_suite(CipherSuite suite) noexcept { return by_code.find(static_cast<std::uint16_t>(suite)); }

const CipherSuiteInfo* find_cipher_suite(std::string_view name) noexcept {
  for (const CipherSuiteInfo& row : table) {
    if (row.iana_name == name || row.openssl_name == name) return &row;
  }
  for (const Alias& alias : aliases) {
    if (alias.name == name) return find_cipher_suite(static_cast<CipherSuite>(alias.code));
  }
  return nullptr;
}

HashAlgorithm suite_hash(CipherSuite suite) noexcept {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  return row == nullptr ? HashAlgorithm::sha256 : row->hash;
}

AeadAlgorithm suite_aead(CipherSuite suite) noexcept {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  switch (row == nullptr ? Cipher::aes_128_gcm : row->cipher) {
    case Cipher::aes_256_gcm: return AeadAlgorithm::aes_256_gcm;
    case Cipher::chacha20_poly1305: return AeadAlgorithm::chacha20_poly1305;
    case Cipher::aes_128_ccm: return AeadAlgorithm::aes_128_ccm;
    case Cipher::aes_128_ccm_8: return AeadAlgorithm::aes_128_ccm_8;
    case Cipher::aes_256_ccm: return AeadAlgorithm::aes_256_ccm;
    case Cipher::aes_256_ccm_8: return AeadAlgorithm::aes_256_ccm_8;
    case Cipher::aria_128_gcm: return AeadAlgorithm::aria_128_gcm;
    case Cipher::aria_256_gcm: return AeadAlgorithm::aria_256_gcm;
    default: return AeadAlgorithm::aes_128_gcm;
  }
}

bool is_negotiable(const CipherSuiteInfo& row) noexcept {
  switch (row.cipher) {
    case Cipher::null:
    case Cipher::rc4_40:
    case Cipher::rc2_cbc_40:
    case Cipher::des40_cbc: return false;
    default: return true;
  }
}

bool is_legacy(const CipherSuiteInfo& row) noexcept {
  switch (row.cipher) {
    case Cipher::tdes_ede_cbc:
    case Cipher::des_cbc:
    case Cipher::rc4_128: return true;
    default: break;
  }
  switch (row.key_exchange) {
    case KeyExchange::rsa:
    case KeyExchange::rsa_psk:
    case KeyExchange::ecdh:
    case KeyExchange::srp: return true;
    default: break;
  }
  return row.mac == Mac::md5 || row.authentication == Authentication::none || row.authentication == Authentication::dss ||
         !is_negotiable(row);
}

bool may_start_falsely(const CipherSuiteInfo& row) noexcept {
  const bool ephemeral = row.key_exchange == KeyExchange::ecdhe || row.key_exchange == KeyExchange::dhe;
  const bool by_certificate = row.authentication == Authentication::rsa || row.authentication == Authentication::ecdsa;
  return ephemeral && by_certificate && aead_of(row.cipher).has_value();
}

bool needs_psk(const CipherSuiteInfo& row) noexcept {
  switch (row.key_exchange) {
    case KeyExchange::psk:
    case KeyExchange::dhe_psk:
    case KeyExchange::ecdhe_psk:
    case KeyExchange::rsa_psk: return true;
    default: return false;
  }
}

bool is_anonymous(const CipherSuiteInfo& row) noexcept {
  return row.authentication == Authentication::none && row.key_exchange != KeyExchange::srp;
}

bool is_for_datagrams(const CipherSuiteInfo& row) noexcept {
  return row.cipher != Cipher::rc4_128 && row.cipher != Cipher::rc4_40;
}

bool is_for(const CipherSuiteInfo& row, ProtocolVersion version) noexcept {
  if (is_datagram(version) && !is_for_datagrams(row)) return false;
  const ProtocolVersion like = stream_counterpart(version);
  return row.first <= like && like <= row.last;
}

std::string_view key_exchange_name(const CipherSuiteInfo& row) noexcept {
  for (const KeyExchangeName& known : key_exchange_names) {
    if (known.key_exchange == row.key_exchange && known.authentication == row.authentication) return known.name;
  }
  return {};
}

std::string_view to_string(Cipher cipher) noexcept {
  switch (cipher) {
    case Cipher::aes_128_gcm: return "aes_128_gcm";
    case Cipher::aes_256_gcm: return "aes_256_gcm";
    case Cipher::chacha20_poly1305: return "chacha20_poly1305";
    case Cipher::aes_128_ccm: return "aes_128_ccm";
    case Cipher::aes_128_ccm_8: return "aes_128_ccm_8";
    case Cipher::aes_256_ccm: return "aes_256_ccm";
    case Cipher::aes_256_ccm_8: return "aes_256_ccm_8";
    case Cipher::aes_128_cbc: return "aes_128_cbc";
    case Cipher::aes_256_cbc: return "aes_256_cbc";
    case Cipher::camellia_128_cbc: return "camellia_128_cbc";
    case Cipher::camellia_256_cbc: return "camellia_256_cbc";
    case Cipher::aria_128_cbc: return "aria_128_cbc";
    case Cipher::aria_256_cbc: return "aria_256_cbc";
    case Cipher::aria_128_gcm: return "aria_128_gcm";
    case Cipher::aria_256_gcm: return "aria_256_gcm";
    case Cipher::tdes_ede_cbc: return "3des_ede_cbc";
    case Cipher::des_cbc: return "des_cbc";
    case Cipher::rc4_128: return "rc4_128";
    case Cipher::null: return "null";
    case Cipher::rc4_40: return "rc4_40";
    case Cipher::rc2_cbc_40: return "rc2_cbc_40";
    case Cipher::des40_cbc: return "des40_cbc";
  }
  return {};
}

std::string_view to_string(Mac mac) noexcept {
  switch (mac) {
    case Mac::aead: return "aead";
    case Mac::md5: return "md5";
    case Mac::sha1: return "sha";
    case Mac::sha256: return "sha256";
    case Mac::sha384: return "sha384";
  }
  return {};
}

std::string_view to_string(CipherSuite suite) noexcept {
  if (suite == CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV) return "TLS_EMPTY_RENEGOTIATION_INFO_SCSV";
  if (suite == CipherSuite::TLS_FALLBACK_SCSV) return "TLS_FALLBACK_SCSV";
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  return row == nullptr ? std::string_view() : row->iana_name;
}

std::optional<CipherSuite> cipher_suite_from(std::string_view name) noexcept {
  const CipherSuiteInfo* row = find_cipher_suite(name);
  if (row == nullptr) return std::nullopt;
  return static_cast<CipherSuite>(row->code);
}

}  // namespace keyway
