using System.CommandLine;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>
/// `vigil keys`: the root keys in three shares, and the drill that proves that they can be had back. Shares are
/// read from standard input: what stands in a command line is seen by others on the machine.
/// </summary>
internal static class KeysCommand
{
    private const int MaxLines = 100;

    public static Command Create(Terminal terminal) =>
        new Verb(
            "keys",
            """
            Splits the root keys into three shares, drills their recovery, restores them.

            An installation has two root keys: of its records and of its contents. The first start of the server splits
            them: three people keep a sheet each; any two give both keys back, one says nothing. No content, history or
            legal package is sealed before a drill has passed.

            Example:
              vigil keys split --data /srv/vigil
            """
        )
        {
            Split(terminal),
            Drill(terminal),
            Restore(terminal),
            Status(terminal),
        };

    private static Verb Split(Terminal terminal) =>
        Act(
            terminal,
            "split",
            """
            Prints three new sheets, one for each of three people.

            The first start has made three: this is for a lost sheet, a person who left, a root key that was rotated.
            Print each once, on paper. Nothing of it is kept here. Sheets of an earlier split keep working, each
            with those of its own split.

            Example:
              vigil keys split --data /srv/vigil | lp
            """,
            data =>
            {
                using var roots = Open(data);
                roots.ShareAgain(sheets =>
                {
                    terminal.Write(string.Join("\n", sheets));
                    terminal.Flush();
                });
                terminal.Warn(
                    "Give each sheet to another person, then run 'vigil keys drill' with two of them."
                );
                return ExitCode.Ok;
            }
        );

    private static Verb Drill(Terminal terminal) =>
        Act(
            terminal,
            "drill",
            """
            Rebuilds the root keys from two sheets, opens the key rings with them, and forgets them.

            Reads the lines of two sheets from standard input, to its end or an empty line. The root keys that lie here
            are not read. Exit code 1 when a key does not come back. Can be run while the server runs.

            Example:
              cat /media/one/share-1-of-3.txt /media/two/share-2-of-3.txt | vigil keys drill --data /srv/vigil
            """,
            data =>
            {
                var rings = Rings(data);
                var pairs = ReadPairs(terminal);
                var all = true;
                foreach (var (name, folder) in rings)
                {
                    var now = TimeProvider.System.GetUtcNow();
                    var passed = pairs.Any(pair => KeyRing.Drill(folder, pair.One, pair.Other, now));
                    all &= passed;
                    terminal.Write($"{name}: {(passed ? "passed" : "NOT PASSED")}\n");
                }
                terminal.Warn(
                    all
                        ? "Both root keys come back from these two sheets and open the key rings: contents may be "
                            + "sealed."
                        : "A root key does not come back from these sheets: take two of the newest split, or "
                            + "split again."
                );
                WarnOfSheets(terminal, data);
                return all ? ExitCode.Ok : ExitCode.Found;
            }
        );

    private static Verb Restore(Terminal terminal) =>
        Act(
            terminal,
            "restore",
            """
            Puts lost root keys back from two sheets.

            Stop the server first. Reads the lines of two sheets from standard input, to its end or an empty line.
            A root key that is there is not touched.

            Example:
              vigil keys restore --data /srv/vigil
            """,
            data =>
            {
                var lost = RootKeys
                    .Rings(data.KeysFolder)
                    .Where(ring => !Path.Exists(Path.Combine(ring.Folder, "root.key")))
                    .ToList();
                if (lost.Count == 0)
                {
                    terminal.Warn("No root key is missing: nothing was restored.");
                    return ExitCode.Ok;
                }
                var pairs = ReadPairs(terminal);
                foreach (var (name, folder) in lost)
                {
                    RestoreOne(folder, pairs);
                    terminal.Write($"{name}: restored\n");
                }
                return ExitCode.Ok;
            }
        );

    private static Verb Status(Terminal terminal) =>
        Act(
            terminal,
            "status",
            """
            Says whether a recovery drill has passed, and what to do.

            Exit code 1 when none has.

            Example:
              vigil keys status --data /srv/vigil
            """,
            data =>
            {
                RootKeyStanding standing;
                using (var roots = Open(data))
                {
                    standing = roots.Standing();
                }
                foreach (var (name, folder) in Rings(data))
                {
                    using var keys = KeyRing.OpenOrCreate(folder);
                    var how = keys.DrilledAt is { } time
                        ? $"drilled {RootKeyWords.Stamp(time)}"
                        : "never drilled";
                    terminal.Write($"{name}: {how}\n");
                }
                var isDrilled = standing.DrilledAt is not null;
                terminal.Warn(
                    isDrilled
                        ? "Contents may be sealed. Drill each year, and when one of the three people leaves."
                    : standing.SharedAt is { } shared
                        ? "No content, history or legal package is sealed: the sheets of "
                            + $"{RootKeyWords.Stamp(shared)} wait for 'vigil keys drill'."
                    : "No content, history or legal package is sealed, and there are no sheets yet: start the "
                        + "server, or run 'vigil keys split'."
                );
                WarnOfSheets(terminal, data);
                return isDrilled ? ExitCode.Ok : ExitCode.Found;
            }
        );

    private static RootKeys Open(DataFolder data)
    {
        RequireInstallation(data);
        return RootKeys.Open(data.KeysFolder, RootKeyWords.FolderOf(data), TimeProvider.System);
    }

    private static void WarnOfSheets(Terminal terminal, DataFolder data)
    {
        var folder = RootKeyWords.FolderOf(data) ?? RootKeys.SharesFolderOf(data.KeysFolder);
        var here = RecoverySheets.In(folder);
        if (here.Count > 0)
        {
            terminal.Warn(
                $"{here.Count} of {KeyShare.Count} sheets still lie in {Printable.Of(folder)}: take each to "
                    + "a different person, then delete them here. Who reads two of them opens everything."
            );
        }
    }

    private static Verb Act(Terminal terminal, string name, string text, Func<DataFolder, int> act)
    {
        var command = new Verb(name, text);
        command.SetAction(parsed =>
        {
            using var data = DataFolder.Of(parsed);
            try
            {
                return act(data);
            }
            finally
            {
                terminal.Flush();
            }
        });
        return command;
    }

    /// <summary>Those that are there: of contents from the first start of the server on.</summary>
    private static IReadOnlyList<(string Name, string Folder)> Rings(DataFolder data)
    {
        RequireInstallation(data);
        return [.. RootKeys.Rings(data.KeysFolder).Where(ring => HasRing(ring.Folder))];
    }

    /// <exception cref="UsageException">There is no installation.</exception>
    private static void RequireInstallation(DataFolder data)
    {
        if (!HasRing(data.KeysFolder))
        {
            throw new UsageException(
                $"'{Printable.Of(data.Path)}' holds no keys: name the data folder of an installation with --data DIR."
            );
        }
    }

    private static bool HasRing(string folder) => Path.Exists(Path.Combine(folder, "keys.ring"));

    private static void RestoreOne(string folder, List<(KeyShare One, KeyShare Other)> pairs)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                KeyRing.RestoreRoot(folder, pairs[i].One, pairs[i].Other);
                return;
            }
            catch (KeyRingException e) when (e.Problem == KeyRingProblem.ShareRefused && i + 1 < pairs.Count)
            {
                // Of the other root key.
            }
        }
    }

    private static bool IsEnough(List<KeyShare> shares) =>
        shares.Count > 0
        && shares.GroupBy(share => share.KeyFingerprint).All(same => same.Count() >= KeyShare.Threshold);

    /// <summary>Two shares of each root key that was typed; words before a share, as on the sheets, are passed
    /// over.</summary>
    /// <exception cref="UsageException">Fewer.</exception>
    private static List<(KeyShare One, KeyShare Other)> ReadPairs(Terminal terminal)
    {
        if (!Console.IsInputRedirected)
        {
            terminal.Warn("Type or paste the lines of two sheets, then an empty line:");
        }
        var shares = new List<KeyShare>();
        for (var lines = 0; lines < MaxLines && Console.In.ReadLine() is { } line; lines++)
        {
            if (line.StartsWith('#'))
            {
                // The words of a sheet.
                continue;
            }
            var begin = line.IndexOf("VIGIL-", StringComparison.OrdinalIgnoreCase);
            if (begin >= 0)
            {
                shares.Add(KeyShare.Parse(line[begin..]));
            }
            else if (line.Trim().Length == 0 && !Console.IsInputRedirected && IsEnough(shares))
            {
                break;
            }
        }
        var pairs = shares
            .GroupBy(share => share.KeyFingerprint)
            .Where(same => same.Count() >= KeyShare.Threshold)
            .Select(same => (same.First(), same.Skip(1).First()))
            .ToList();
        return pairs.Count > 0
            ? pairs
            : throw new UsageException(
                "Two shares of one root key are needed: the lines of two sheets of one split."
            );
    }
}
