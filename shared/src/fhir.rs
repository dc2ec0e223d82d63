//! A lens over FHIR JSON: the bytes are kept, each entry is read alone.
