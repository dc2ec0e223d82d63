//! The order of the sections: per person, kept over a kill, and back to the usual one.

use shared::identity::{Role, StaffId};
use shared::summary::layout::Layout;

use super::device::{Device, bytes_of, pin};
use super::hub::Hub;

const FAMILY_HISTORY: &str = "10157-6";

fn mine() -> Layout {
    let mut layout = Layout::usual(Role::EmergencyClinician);
    layout.hide(FAMILY_HISTORY, true);
    layout.pin("10160-0", true);
    layout
}

#[tokio::test]
async fn what_was_chosen_survives_a_kill_and_there_is_a_way_back() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    let usual = Layout::usual(Role::EmergencyClinician);
    assert_eq!((device.engine.layout().await.unwrap(), &device.state().layout), (usual.clone(), &usual));

    device.engine.set_layout(Some(mine())).await.unwrap();
    assert_eq!(device.state().layout, mine(), "the screen follows");

    let device = device.restart().await;
    assert_eq!(device.state().layout, Layout::default(), "a locked device shows nothing of a person");
    assert_eq!(device.engine.layout().await.unwrap_err().code, "locked");
    assert_eq!(device.engine.set_layout(None).await.unwrap_err().code, "locked");
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!((device.engine.layout().await.unwrap(), &device.state().layout), (mine(), &mine()));

    device.engine.set_layout(None).await.unwrap();
    assert_eq!(device.state().layout, usual);
    let device = device.restart().await;
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(device.state().layout, usual);
}

#[tokio::test]
async fn another_person_on_the_same_device_has_their_own() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.engine.set_layout(Some(mine())).await.unwrap();
    device.engine.sign_out().await;

    device.engine.sign_in(&StaffId::new("nurse")).await.unwrap();
    device.engine.set_pin(pin()).await.unwrap();
    let usual = Layout::usual(Role::CareTeamClinician);
    assert_eq!((device.engine.layout().await.unwrap(), &device.state().layout), (usual.clone(), &usual));
    device.engine.set_layout(Some(Layout::default())).await.unwrap();
    device.engine.sign_out().await;

    device.engine.sign_in(&StaffId::new("crew")).await.unwrap();
    device.engine.unlock(&StaffId::new("crew"), pin()).await.unwrap();
    assert_eq!(device.state().layout, mine(), "leaving forgets the work, not the person's ways");
}

#[tokio::test]
async fn nothing_of_it_lies_readable_on_the_device() {
    let hub = Hub::start().await;
    let device = Device::of(&hub, "crew").await;
    device.engine.set_layout(Some(mine())).await.unwrap();
    let mut folders = vec![device.folder.path().to_owned()];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = bytes_of(&path);
            let tells = bytes.windows(FAMILY_HISTORY.len()).any(|w| w == FAMILY_HISTORY.as_bytes());
            assert!(!tells, "{}", path.display());
            read += 1;
        }
    }
    assert!(read > 3);
}
