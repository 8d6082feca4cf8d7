// SPDX-License-Identifier: Apache-2.0
//
// A form is found by the whole message, so that a new staple makes a new form.
#include "pki/compressed_forms.h"

#include <algorithm>

#include "base/guarded.h"

namespace keyway::pki {

std::shared_ptr<const Bytes> CompressedForms::of(ByteView message, const CertificateCompressor& compressor) const {
  constexpr std::size_t max_vector24 = 0xffffff;
  const auto algorithm = guarded([&] { return compressor.algorithm(); });
  if (!algorithm) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto same = [&](const Form& form) { return form.algorithm == *algorithm && std::ranges::equal(form.message, message); };
  if (const auto found = std::ranges::find_if(forms_, same); found != forms_.end()) return found->compressed;
  auto made = guarded([&] { return compressor.compress(message); });
  std::shared_ptr<const Bytes> compressed;
  if (made && !made->empty() && made->size() <= max_vector24) compressed = std::make_shared<const Bytes>(*std::move(made));
  if (forms_.size() == most) forms_.erase(forms_.begin());
  forms_.push_back({*algorithm, to_bytes(message), compressed});
  return compressed;
}

}  // namespace keyway::pki
