using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Tests.Running;

/// <summary>Root keys of which a recovery drill has passed, so that a server seals from its first moment on.</summary>
internal static class Drills
{
    /// <summary>Before the first start: the keys are made and split, and two sheets pass the drill; none lies there.</summary>
    public static void Prepare(string dataFolder)
    {
        IReadOnlyList<string> sheets = [];
        using (var roots = RootKeys.Open(KeysIn(dataFolder), null, TimeProvider.System))
        {
            roots.ShareAgain(made => sheets = made);
        }
        Pass(dataFolder, sheets);
    }

    /// <summary>As `vigil keys drill` with the first two of these sheets.</summary>
    public static void Pass(string dataFolder, IReadOnlyList<string> sheets)
    {
        foreach (var ((_, folder), at) in RootKeys.Rings(KeysIn(dataFolder)).Select((ring, i) => (ring, i)))
        {
            var (one, other) = (SharesOf(sheets[0])[at], SharesOf(sheets[1])[at]);
            Assert.True(KeyRing.Drill(folder, one, other, DateTimeOffset.UtcNow));
        }
    }

    /// <summary>As the first start wrote them.</summary>
    public static string[] Sheets(string dataFolder) =>
        [
            .. Enumerable
                .Range(1, KeyShare.Count)
                .Select(number => File.ReadAllText(SheetIn(dataFolder, number))),
        ];

    public static string SheetIn(string dataFolder, int number) =>
        Path.Combine(dataFolder, "shares", RecoverySheets.NameOf(number));

    public static string KeysIn(string dataFolder) => Path.Combine(dataFolder, "keys");

    /// <summary>Of the records' root key, and of the contents'.</summary>
    public static IReadOnlyList<KeyShare> SharesOf(string sheet) =>
        [
            .. sheet
                .Split('\n')
                .Where(line => !line.StartsWith('#') && line.Contains("VIGIL-", StringComparison.Ordinal))
                .Select(line => KeyShare.Parse(line[line.IndexOf("VIGIL-", StringComparison.Ordinal)..])),
        ];
}
