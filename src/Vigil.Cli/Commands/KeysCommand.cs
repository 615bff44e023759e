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

            An installation has two root keys: of its records and of its contents. Three people keep a sheet each; any
            two give both keys back, one says nothing. No content is sealed before a drill has passed.

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
            Prints three sheets, one for each of three people.

            Print each once, on paper. Nothing of it is kept here. Sheets of an earlier split keep working, each
            with those of its own split.

            Example:
              vigil keys split --data /srv/vigil | lp
            """,
            data =>
            {
                var rings = Rings(data)
                    .Select(ring => (ring.Name, Shares: Use(ring.Folder, keys => keys.SplitRoot())))
                    .ToList();
                for (var sheet = 0; sheet < KeyShare.Count; sheet++)
                {
                    terminal.Write($"Vigil recovery sheet {sheet + 1} of {KeyShare.Count}\n");
                    foreach (var (name, shares) in rings)
                    {
                        terminal.Write($"{name} {shares[sheet].KeyFingerprint}: {shares[sheet].Print()}\n");
                    }
                    terminal.Write("Keep it apart from the others. Two of three sheets open everything.\n\n");
                }
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
            Rebuilds the root keys from two sheets, compares them, and forgets them.

            Reads the lines of two sheets from standard input, to its end or an empty line. Exit code 1 when a key
            does not come back. Can be run while the server runs.

            Example:
              vigil keys drill --data /srv/vigil
            """,
            data =>
            {
                var rings = Rings(data);
                var pairs = ReadPairs(terminal);
                var all = true;
                foreach (var (name, folder) in rings)
                {
                    var passed = Use(
                        folder,
                        keys =>
                            pairs.Any(pair =>
                                keys.Drill(pair.One, pair.Other, TimeProvider.System.GetUtcNow())
                            )
                    );
                    all &= passed;
                    terminal.Write($"{name}: {(passed ? "passed" : "NOT PASSED")}\n");
                }
                terminal.Warn(
                    all
                        ? "Both root keys can be had back from these two sheets: contents may be sealed."
                        : "A root key does not come back from these sheets: take two of the newest split, or "
                            + "split again."
                );
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
                var lost = Contents
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
                var all = true;
                foreach (var (name, folder) in Rings(data))
                {
                    var at = Use(folder, keys => keys.DrilledAt);
                    all &= at is not null;
                    var how = at is { } time ? $"drilled {time:yyyy-MM-dd HH:mm} UTC" : "never drilled";
                    terminal.Write($"{name}: {how}\n");
                }
                terminal.Warn(
                    all
                        ? "Contents may be sealed. Drill each year, and when one of the three people leaves."
                        : "Nothing is sealed: run 'vigil keys split', give the sheets to three people, then "
                            + "'vigil keys drill'."
                );
                return all ? ExitCode.Ok : ExitCode.Found;
            }
        );

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

    /// <exception cref="UsageException">There is no installation.</exception>
    private static IReadOnlyList<(string Name, string Folder)> Rings(DataFolder data)
    {
        if (!Path.Exists(Path.Combine(data.KeysFolder, "keys.ring")))
        {
            throw new UsageException(
                $"'{Printable.Of(data.Path)}' holds no keys: name the data folder of an installation with --data DIR."
            );
        }
        return Contents.Rings(data.KeysFolder);
    }

    private static T Use<T>(string folder, Func<KeyRing, T> use)
    {
        using var keys = KeyRing.OpenOrCreate(folder);
        return use(keys);
    }

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
