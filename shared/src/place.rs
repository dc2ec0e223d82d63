//! Where: distance for ordering a list. Position is a convenience, never an identity and never a gate.

use std::fmt;

use geo::{Distance as _, Haversine, Point};
use serde::{Deserialize, Serialize};

/// A position on the earth, WGS 84 degrees. `Debug` hides it: most positions here are somebody's home.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// North positive.
    pub latitude: f64,
    /// East positive.
    pub longitude: f64,
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(…)")
    }
}

impl Position {
    /// A position, when both numbers are on the earth.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then_some(Self { latitude, longitude })
    }

    /// Great-circle distance in metres.
    pub fn metres_to(self, other: Self) -> f64 {
        let point = |p: Self| Point::new(p.longitude, p.latitude);
        Haversine.distance(point(self), point(other))
    }
}

/// A distance as people say it: `120 m`, `1.4 km`, `23 km`.
pub fn spoken_distance(metres: f64) -> String {
    match metres {
        m if m < 995.0 => format!("{:.0} m", (m / 10.0).round() * 10.0),
        m if m < 9_950.0 => format!("{:.1} km", m / 1000.0),
        m => format!("{:.0} km", m / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_metres_on_the_great_circle() {
        let (Some(kings_cross), Some(camden)) = (Position::new(51.5308, -0.1238), Position::new(51.5392, -0.1426))
        else {
            unreachable!("both are on the earth")
        };
        let metres = kings_cross.metres_to(camden);
        assert!((1_550.0..1_650.0).contains(&metres), "{metres}");
        assert_eq!(spoken_distance(metres), "1.6 km");
        assert_eq!(spoken_distance(123.0), "120 m");
        assert_eq!(format!("{kings_cross:?}"), "Position(…)", "no home of a patient in a log");
        assert!(Position::new(91.0, 0.0).is_none() && Position::new(f64::NAN, 0.0).is_none());
    }
}
