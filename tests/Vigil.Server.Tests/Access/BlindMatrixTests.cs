using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>
/// Every read of the API's description and every page of the console, by who is still to judge in a case alone and by
/// who decided in it too. No read has to be written down here: what an answer says of verdicts and of those who judged is
/// counted, and compared with what it said before anybody had judged.
/// </summary>
public partial class BlindMatrixTests(ITestOutputHelper output)
{
    /// <summary>Reads that tell who knows; were they not told either, nothing here could fail.</summary>
    private static readonly string[] Telling =
    [
        "/console/cases",
        "/console/cases/{reference}",
        "/v1/cases",
        "/v1/cases/{reference}",
        "/v1/cases/{reference}/file",
    ];

    [Theory(Timeout = 420_000)]
    [InlineData(BlindKind.Second, "confirmed")]
    [InlineData(BlindKind.Third, "not_csam")]
    [InlineData(BlindKind.Audit, "confirmed")]
    [InlineData(BlindKind.Audit, "not_csam")]
    public async Task Who_is_still_to_judge_alone_is_told_no_verdict_by_any_read(
        BlindKind kind,
        string verdict
    )
    {
        await using var world = await BlindWorld.CreateAsync(kind, verdict);
        var reads = (await MatrixRoute.ReadAsync(world.Server)).Routes.Where(IsRead).ToList();
        var before = await ReadAsync(world, reads, world.Blind, "blind");
        var other = await ReadAsync(world, reads, world.Blind, "blind", world.Other);
        await world.JudgeAsync();

        var blind = await ReadAsync(world, reads, world.Blind, "blind");
        var plain = await ReadAsync(world, reads, world.Plain, "wombat");
        var later = await ReadAsync(world, reads, world.Blind, "blind", world.Later);
        var laterPlain = await ReadAsync(world, reads, world.Plain, "wombat", world.Later);

        var leaks = Told(blind, before).Concat(Told(later, other)).Distinct(StringComparer.Ordinal).ToList();
        var told = Told(plain, before).Select(RouteOf).ToHashSet(StringComparer.Ordinal);
        var toldLater = Told(laterPlain, other).Select(RouteOf).ToHashSet(StringComparer.Ordinal);
        output.WriteLine(
            $"{reads.Count} reads, {blind.Count} answers; who knows is told by {told.Count} of them: "
                + string.Join(", ", told.Order(StringComparer.Ordinal))
        );
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
        Assert.True(reads.Count > 60, $"only {reads.Count} reads were found");
        Assert.Empty(Telling.Except(told, StringComparer.Ordinal));
        // Of a later case: its account's earlier ones.
        Assert.Contains("/console/cases/{reference}", toldLater);
        Assert.Contains("/v1/cases/{reference}/file", toldLater);
        if (kind == BlindKind.Second)
        {
            Assert.Contains("/console/reports", told);
            Assert.Contains("/v1/cases/{reference}/account-actions", told);
        }
    }

    private static bool IsRead(MatrixRoute route) =>
        route is { Method: "GET", Permission: not null }
        && !route.Path.EndsWith("/export", StringComparison.Ordinal)
        && !route.Path.EndsWith("/rendition", StringComparison.Ordinal);

    /// <summary>Pages as the person, operations as the program that reads for them. By route and query.</summary>
    private static async Task<Dictionary<string, int>> ReadAsync(
        BlindWorld world,
        IReadOnlyList<MatrixRoute> reads,
        ConsoleUser user,
        string person,
        string? reference = null
    )
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        // As many reads as one key has a minute; the clock stands.
        using var program = await world.Server.ClientOfAsync(Scope.Cases);
        foreach (var route in reads)
        {
            if (reference is not null && !route.Path.Contains("{reference}", StringComparison.Ordinal))
            {
                continue;
            }
            foreach (var path in PathsOf(world, route, reference ?? world.Case))
            {
                var text = route.IsConsole
                    ? await PageAsync(user, path)
                    : await AnswerAsync(program, WithPerson(path, person));
                var what = path.Contains('?', StringComparison.Ordinal) ? path[path.IndexOf('?')..] : "";
                var key = $"{route.Path} {what}";
                found[key] = Math.Max(found.GetValueOrDefault(key), text is null ? 0 : Saying().Count(text));
            }
        }
        return found;
    }

    private static IEnumerable<string> PathsOf(BlindWorld world, MatrixRoute route, string reference)
    {
        if (!Parameter().IsMatch(route.Path))
        {
            string[] wishes = ["", "?state=decided", "?state=reversed", "?state=all", $"?case={world.Case}"];
            return wishes.Select(wish => route.Path + wish);
        }
        return world
            .Ids.Select(id =>
                Parameter()
                    .Replace(route.Path, one => one.Groups["name"].Value == "reference" ? reference : id)
            )
            .Distinct(StringComparer.Ordinal);
    }

    private static string WithPerson(string path, string person) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}person={person}";

    private static async Task<string?> PageAsync(ConsoleUser user, string path)
    {
        var page = await user.GetAsync(path);
        Assert.True((int)page.Status < 429, $"{path}: {page.Status}");
        // What one may choose from names colleagues and verdicts.
        return page.Status == HttpStatusCode.OK ? Forms().Replace(page.Text, "") : null;
    }

    private static async Task<string?> AnswerAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True((int)answer.StatusCode < 429, $"{path}: {answer.StatusCode}");
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync() : null;
    }

    /// <summary>Reads that say more than they did.</summary>
    private static IEnumerable<string> Told(Dictionary<string, int> now, Dictionary<string, int> before) =>
        now.Where(read => read.Value > before.GetValueOrDefault(read.Key))
            .Select(read => $"{read.Key}: {read.Value}, before {before.GetValueOrDefault(read.Key)}");

    private static string RouteOf(string told) => told.Split(' ')[0];

    /// <summary>In the path itself: the description names not all of them.</summary>
    [GeneratedRegex(@"\{\*{0,2}(?<name>[^}]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"quokka|confirmed|not[_ ]csam|reversed|child[_ ]safe", RegexOptions.IgnoreCase)]
    private static partial Regex Saying();

    [GeneratedRegex(
        @"<form\b.*?</form>|<details\b.*?</details>|<script\b.*?</script>",
        RegexOptions.Singleline
    )]
    private static partial Regex Forms();
}
