//! The output of a driver, over all runs that traps make necessary.

/// The end of a process. `code` is `None` if a signal ended it.
#[derive(Debug)]
pub struct Ended {
    /// The exit code.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// The lines of a driver: one per call, including the trap if the call trapped.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Answer(pub String);

impl Answer {
    /// Runs the program until all calls have been made: each run continues after the call that
    /// trapped.
    ///
    /// # Errors
    /// If a run ends neither normally nor by a trap.
    pub fn of(run: impl Fn(Vec<&'static str>) -> Result<Ended, String>) -> Result<Answer, String> {
        let mut text = String::new();
        let mut next = 0;
        loop {
            let ended = run(vec!["x"; next])?;
            text += &ended.stdout;
            if ended.code == Some(0) {
                return Ok(Answer(text));
            }
            let trap = trap(&ended.stderr)
                .ok_or_else(|| format!("{text}ended with {:?}:\n{}", ended.code, ended.stderr))?;
            text += &format!("{trap}\n");
            let last = ended.stdout.lines().last().unwrap_or_default();
            let call: Option<usize> = last.split(' ').next().and_then(|word| word.parse().ok());
            match call {
                Some(call) if call >= next => next = call + 1,
                // The module's own start function or its segments trapped.
                _ => return Ok(Answer(text)),
            }
        }
    }

    /// The first lines in which two answers differ.
    pub fn difference<'a>(&'a self, other: &'a Answer) -> Option<(&'a str, &'a str)> {
        let mut lines = (self.0.lines(), other.0.lines());
        loop {
            match (lines.0.next(), lines.1.next()) {
                (None, None) => return None,
                (ours, theirs) if ours == theirs => {}
                (ours, theirs) => {
                    return Some((ours.unwrap_or("nothing"), theirs.unwrap_or("nothing")));
                }
            }
        }
    }
}

/// The trap that a report names.
fn trap(report: &str) -> Option<String> {
    let named = report
        .lines()
        .find_map(|line| Some(line.split_once("wasm trap: ")?.1));
    if named.is_none() && report.contains("thrown Wasm exception") {
        return Some("uncaught exception".to_owned());
    }
    named.map(|name| format!("trap: {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_follows_each_trap() {
        let run = |skipped: Vec<&str>| {
            let (stdout, trapped) = match skipped.len() {
                0 => ("0 f0 00.\n1 f1 ", true),
                2 => ("2 f2 ", true),
                _ => ("end\n", false),
            };
            let stderr = "Error: x\n    1: wasm trap: integer overflow\n";
            Ok(Ended {
                code: Some(if trapped { 134 } else { 0 }),
                stdout: stdout.into(),
                stderr: stderr.into(),
            })
        };
        let answer = Answer::of(run).unwrap();
        let lines = "0 f0 00.\n1 f1 trap: integer overflow\n2 f2 trap: integer overflow\nend\n";
        assert_eq!(answer, Answer(lines.to_owned()));
        let other = Answer(lines.replace("2 f2", "2 f3"));
        let (ours, theirs) = answer.difference(&other).unwrap();
        assert_eq!((&ours[..4], &theirs[..4]), ("2 f2", "2 f3"));
        assert_eq!(answer.difference(&answer.clone()), None);
    }
}
