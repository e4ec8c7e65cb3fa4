// Small records of small numbers, and lists of them: what every generated plan is made from.
//
//   struct Case {
//     uint32_t events, dispatches;
//   };
//   rc::Gen<Case> one = Record<Case>({{&Case::events, 5}, {&Case::dispatches, 3}});
//   rc::Gen<std::vector<Case>> some = Records<Case>(1, 20, {{&Case::events, 5}, ...});
//
// Each field is drawn evenly from [0, below); a list's length grows with RapidCheck's size. Both
// shrink well: records leave a list in halves, quarters and so on, then every field goes towards 0.
// So 0 is to mean the simplest choice, and what is mapped from a record shrinks as it does.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace cmapsim::suite {

template <typename T>
struct Field {
  uint32_t T::*member;
  uint32_t below;
};

namespace detail {

template <typename T>
using FieldsPtr = std::shared_ptr<const std::vector<Field<T>>>;

template <typename T>
T DrawRecord(rc::Random& random, const std::vector<Field<T>>& fields) {
  T record{};
  for (const Field<T>& field : fields) {
    record.*field.member = static_cast<uint32_t>(random.next() % field.below);
  }
  return record;
}

// A record with one field nearer to 0: 0 itself, then half of the way, and so on.
template <typename T>
class RecordShrinks {
 public:
  RecordShrinks(T record, FieldsPtr<T> fields)
      : record_(std::move(record)), fields_(std::move(fields)) {}

  rc::Maybe<T> operator()() {
    for (; field_ < fields_->size(); ++field_, started_ = false) {
      const auto member = (*fields_)[field_].member;
      const uint32_t value = record_.*member;
      if (!started_) {
        started_ = true;
        step_ = value;
      }
      if (step_ == 0) continue;
      T smaller = record_;
      smaller.*member = value - step_;
      step_ /= 2;
      return smaller;
    }
    return rc::Nothing;
  }

 private:
  T record_;
  FieldsPtr<T> fields_;
  size_t field_ = 0;
  uint32_t step_ = 0;
  bool started_ = false;
};

// A list without one of its halves, quarters, ... single records, never below `min` of them; then
// with one record nearer to 0.
template <typename T>
class ListShrinks {
 public:
  ListShrinks(std::vector<T> list, size_t min, FieldsPtr<T> fields)
      : list_(std::move(list)), min_(min), fields_(std::move(fields)), chunk_(list_.size()) {}

  rc::Maybe<std::vector<T>> operator()() {
    while (chunk_ > 0) {
      const size_t begin = begin_;
      const size_t end = std::min(begin + chunk_, list_.size());
      if (begin >= list_.size() || list_.size() - (end - begin) < min_) {
        chunk_ /= 2;
        begin_ = 0;
        continue;
      }
      begin_ = end;
      std::vector<T> shorter(list_.begin(), list_.begin() + static_cast<ptrdiff_t>(begin));
      shorter.insert(shorter.end(), list_.begin() + static_cast<ptrdiff_t>(end), list_.end());
      return shorter;
    }
    for (; at_ < list_.size(); ++at_, record_.reset()) {
      if (!record_) record_.emplace(list_[at_], fields_);
      rc::Maybe<T> smaller = (*record_)();
      if (!smaller) continue;
      std::vector<T> changed = list_;
      changed[at_] = *smaller;
      return changed;
    }
    return rc::Nothing;
  }

 private:
  std::vector<T> list_;
  size_t min_;
  FieldsPtr<T> fields_;
  size_t chunk_;
  size_t begin_ = 0;
  size_t at_ = 0;
  std::optional<RecordShrinks<T>> record_;
};

}  // namespace detail

template <typename T>
[[nodiscard]] rc::Gen<T> Record(std::vector<Field<T>> fields) {
  const auto shared = std::make_shared<const std::vector<Field<T>>>(std::move(fields));
  return [shared](const rc::Random& random, int) {
    rc::Random draws(random);
    return rc::shrinkable::shrinkRecur(detail::DrawRecord<T>(draws, *shared), [shared](const T& r) {
      return rc::makeSeq<detail::RecordShrinks<T>>(r, shared);
    });
  };
}

// Between `min` and `max` records; with size 0 just `min`, with the nominal size up to `max`, beyond it more.
template <typename T>
[[nodiscard]] rc::Gen<std::vector<T>> Records(size_t min, size_t max,
                                              std::vector<Field<T>> fields) {
  const auto shared = std::make_shared<const std::vector<Field<T>>>(std::move(fields));
  return [shared, min, max](const rc::Random& random, int size) {
    rc::Random draws(random);
    const size_t spread = (max - min) * static_cast<size_t>(size) / rc::kNominalSize;
    std::vector<T> list(min + draws.next() % (spread + 1));
    for (T& record : list) record = detail::DrawRecord<T>(draws, *shared);
    return rc::shrinkable::shrinkRecur(std::move(list), [shared, min](const std::vector<T>& l) {
      return rc::makeSeq<detail::ListShrinks<T>>(l, min, shared);
    });
  };
}

}  // namespace cmapsim::suite
