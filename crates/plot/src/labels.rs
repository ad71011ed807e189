//! Direct labels: pushed apart where they would collide, each as near to what it names as the
//! others allow.

/// Finds centres for labels with these wanted centres and heights, so that no two are nearer than
/// `gap` and all stay between `top` and `bottom` if they fit; in the order of the input. If they do
/// not fit, they run over the bottom: ask [`height`] first.
///
/// The result minimises the sum of squared moves (pooling of adjacent violators).
pub(crate) fn spread(wanted: &[(f64, f64)], top: f64, bottom: f64, gap: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].0.total_cmp(&wanted[b].0));
    // A block is a run of touching labels: the sum of the tops wanted for its first label, and its
    // size.
    struct Block {
        tops: f64,
        members: usize,
        height: f64,
    }
    impl Block {
        fn top(&self, from: f64, to: f64) -> f64 {
            (self.tops / self.members as f64).min(to - self.height).max(from)
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    for &i in &order {
        let (centre, height) = wanted[i];
        let mut block = Block { tops: centre - height / 2.0, members: 1, height };
        while let Some(above) =
            blocks.pop_if(|b| b.top(top, bottom) + b.height + gap > block.top(top, bottom))
        {
            let lead = above.height + gap;
            block = Block {
                tops: above.tops + block.tops - lead * block.members as f64,
                members: above.members + block.members,
                height: lead + block.height,
            };
        }
        blocks.push(block);
    }
    let mut centres = vec![0.0; wanted.len()];
    let mut next = order.iter();
    for block in &blocks {
        let mut y = block.top(top, bottom);
        for &i in next.by_ref().take(block.members) {
            centres[i] = y + wanted[i].1 / 2.0;
            y += wanted[i].1 + gap;
        }
    }
    centres
}

/// The height that labels of these heights need.
pub(crate) fn height(heights: impl IntoIterator<Item = f64>, gap: f64) -> f64 {
    heights.into_iter().map(|h| h + gap).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn labels_neither_touch_nor_leave_nor_change_places(
            wanted in prop::collection::vec((-50.0..450.0f64, 5.0..30.0f64), 1..12),
        ) {
            let centres = spread(&wanted, 0.0, 400.0, 2.0);
            let mut boxes: Vec<(f64, f64, f64)> = wanted.iter().zip(&centres)
                .map(|(&(want, height), &c)| (c - height / 2.0, c + height / 2.0, want)).collect();
            boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
            prop_assert!(boxes.iter().all(|b| b.0 >= -1e-9 && b.1 <= 400.0 + 1e-9));
            for pair in boxes.windows(2) {
                prop_assert!(pair[0].1 + 2.0 <= pair[1].0 + 1e-6);
                prop_assert!(pair[0].2 <= pair[1].2);
            }
        }
    }

    #[test]
    fn labels_with_room_stay_where_they_are_wanted() {
        assert_eq!(spread(&[(80.0, 10.0), (20.0, 10.0)], 0.0, 100.0, 2.0), [80.0, 20.0]);
    }

    #[test]
    fn two_labels_of_one_place_move_apart_alike() {
        assert_eq!(spread(&[(50.0, 10.0), (50.0, 10.0)], 0.0, 100.0, 2.0), [44.0, 56.0]);
    }
}
