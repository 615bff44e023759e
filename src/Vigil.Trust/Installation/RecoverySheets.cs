using System.Globalization;
using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// The three sheets by which root keys are had back: one share of each root key on a sheet, and in words what to do
/// with it. Lines that begin with '#' are words; `vigil keys drill` passes them over.
/// </summary>
public static class RecoverySheets
{
    /// <summary>The three sheets, in order; each ends with a line break and has no empty line.</summary>
    /// <param name="rings">Name and shares of each root key, as "records".</param>
    /// <param name="dataFolder">Of the installation, on this machine: by both it is known again.</param>
    /// <param name="at">When they were split.</param>
    public static IReadOnlyList<string> Write(
        IReadOnlyList<(string Name, IReadOnlyList<KeyShare> Shares)> rings,
        string dataFolder,
        DateTimeOffset at
    ) => [.. Enumerable.Range(1, KeyShare.Count).Select(number => WriteOne(rings, number, dataFolder, at))];

    /// <summary>Of the file with a sheet.</summary>
    /// <param name="number">1 to 3.</param>
    public static string NameOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"share-{number}-of-{KeyShare.Count}.txt");

    /// <summary>Three files of mode 0600 in a folder of mode 0700; durable when it returns.</summary>
    /// <exception cref="IOException">Not all were written; the message says what to do.</exception>
    internal static void Keep(string folder, IReadOnlyList<string> sheets)
    {
        Durable.CreateFolder(folder);
        for (var i = 0; i < sheets.Count; i++)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(sheets[i]);
            Durable.Replace(Path.Combine(folder, NameOf(i + 1)), file => file.Write(bytes));
        }
    }

    /// <summary>Those that still lie in the folder.</summary>
    public static IReadOnlyList<FileInfo> In(string folder) =>
        [
            .. Enumerable
                .Range(1, KeyShare.Count)
                .Select(number => new FileInfo(Path.Combine(folder, NameOf(number))))
                .Where(file => file.Exists),
        ];

    private static string WriteOne(
        IReadOnlyList<(string Name, IReadOnlyList<KeyShare> Shares)> rings,
        int number,
        string dataFolder,
        DateTimeOffset at
    )
    {
        var made = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var place = Clean(dataFolder);
        List<string> lines =
        [
            $"# Vigil recovery sheet {number} of {KeyShare.Count}",
            $"# Installation: {Clean(Environment.MachineName)}, data folder {place}",
            $"# Made: {made}",
            "#",
            $"# Any two of the three sheets open everything that is kept there. One alone says nothing.",
            "# What to do with this one:",
            $"# 1. {TaskOf(number)}",
            "# 2. Delete the file on the server. Whoever reads two of them there opens everything.",
            "# 3. Take part in the recovery drill, with one of the other two people, on the server's machine:",
            $"#    cat SHEET SHEET | vigil keys drill --data '{place}'",
            "# 4. Keep it. If the root key is ever lost, two of you bring it back with 'vigil keys restore'.",
        ];
        foreach (var (name, shares) in rings)
        {
            var share = shares[number - 1];
            lines.Add($"# {name}: key {share.KeyFingerprint}, share {number}, check {share.Check}");
            lines.Add($"{name} {share.KeyFingerprint}: {share.Print()}");
        }
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static string TaskOf(int number) =>
        number switch
        {
            1 =>
                "Give it to the person who answers for the installation, on paper or on a medium of its own.",
            2 => "Give it to a second person, who has nothing of sheets 1 and 3.",
            _ => "Give it to a third person outside the team, or to a safe in another building.",
        };

    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
