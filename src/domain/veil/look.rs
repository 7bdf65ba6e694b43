//! Looking for what must not be read, without writing anything: most documents
//! hold none of it, and need no copy then.
//!
//! A serializer that goes where [`super::value`] goes, by the same keys, and
//! ends in an error at the first text that would be replaced.

use serde::Serialize;
use serde::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

use super::Veil;

type Looked = Result<(), Error>;

/// Looks at the value of a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    pub veil: &'a Veil,
    pub key: &'a str,
}

/// Looks at the fields of an object, which is the value of a key.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    of: Look<'a>,
    /// The key whose value comes next.
    next: String,
}

impl<'a> Look<'a> {
    fn text(self, text: &str) -> Looked {
        match self.veil.string(self.key, text) {
            Some(_) => Err(Error::custom("something to hide")),
            None => Ok(()),
        }
    }

    fn field<T: Serialize + ?Sized>(self, key: &str, value: &T) -> Looked {
        if self.veil.renames(self.key, key) {
            return Err(Error::custom("a name to hide"));
        }
        value.serialize(Look { veil: self.veil, key })
    }

    fn fields(self) -> Fields<'a> {
        Fields { of: self, next: String::new() }
    }
}

macro_rules! nothing_to_hide {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, _: $type) -> Looked {
            Ok(())
        })*
    };
}

impl<'a> Serializer for Look<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Fields<'a>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    nothing_to_hide!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_bytes: &[u8], serialize_unit_struct: &'static str
    );

    fn serialize_char(self, c: char) -> Looked {
        self.text(c.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Looked {
        self.text(text)
    }

    fn serialize_none(self) -> Looked {
        Ok(())
    }

    fn serialize_unit(self) -> Looked {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Looked {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Looked {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Looked {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Looked {
        self.field(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &str, _: u32, variant: &'static str, _: usize) -> Result<Self, Error> {
        self.field(variant, &())?;
        Ok(Self { key: variant, ..self })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a>, Error> {
        Ok(self.fields())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &str, _: u32, variant: &'static str, _: usize) -> Result<Self, Error> {
        self.field(variant, &())?;
        Ok(Self { key: variant, ..self })
    }
}

macro_rules! items {
    ($($of:ident: $item:ident),*) => {
        $(impl $of for Look<'_> {
            type Ok = ();
            type Error = Error;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Looked {
                value.serialize(*self)
            }

            fn end(self) -> Looked {
                Ok(())
            }
        })*
    };
}

items!(
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! named_fields {
    ($($of:ident),*) => {
        $(impl $of for Look<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Looked {
                self.field(key, value)
            }

            fn end(self) -> Looked {
                Ok(())
            }
        })*
    };
}

named_fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Looked {
        self.next = match serde_json::to_value(key)? {
            serde_json::Value::String(key) => key,
            other => other.to_string(),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Looked {
        self.of.field(&self.next, value)
    }

    fn end(self) -> Looked {
        Ok(())
    }
}
