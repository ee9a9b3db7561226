//! How a yes or no and a small whole number stand in a row, on both engines alike.

use sqlx::any::{Any, AnyTypeInfo, AnyValueRef};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};

/// A yes or no. Columns hold 1 and 0; a question like `EXISTS` is answered so by SQLite and with a truth value by
/// PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Type<Any> for Flag {
    fn type_info() -> AnyTypeInfo {
        <i64 as Type<Any>>::type_info()
    }

    fn compatible(told: &AnyTypeInfo) -> bool {
        <i64 as Type<Any>>::compatible(told) || <bool as Type<Any>>::compatible(told)
    }
}

impl Encode<'_, Any> for Flag {
    fn encode_by_ref(
        &self,
        buffer: &mut <Any as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Any>::encode(i64::from(self.0), buffer)
    }
}

impl<'r> Decode<'r, Any> for Flag {
    fn decode(value: AnyValueRef<'r>) -> Result<Self, BoxDynError> {
        if let Ok(truth) = <bool as Decode<Any>>::decode(value.clone()) {
            return Ok(Self(truth));
        }
        Ok(Self(<i64 as Decode<Any>>::decode(value)? != 0))
    }
}

/// A whole number of a smaller type than the eight bytes that columns have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small<T>(pub T);

impl<T> Type<Any> for Small<T> {
    fn type_info() -> AnyTypeInfo {
        <i64 as Type<Any>>::type_info()
    }

    fn compatible(told: &AnyTypeInfo) -> bool {
        <i64 as Type<Any>>::compatible(told)
    }
}

impl<T: Copy + Into<i64>> Encode<'_, Any> for Small<T> {
    fn encode_by_ref(
        &self,
        buffer: &mut <Any as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Any>::encode(self.0.into(), buffer)
    }
}

impl<'r, T: TryFrom<i64>> Decode<'r, Any> for Small<T> {
    fn decode(value: AnyValueRef<'r>) -> Result<Self, BoxDynError> {
        let whole = <i64 as Decode<Any>>::decode(value)?;
        let small = T::try_from(whole).map_err(|_| format!("{whole} is out of range"))?;
        Ok(Self(small))
    }
}
