using System.Globalization;

namespace Vigil.Cli.Demo;

/// <summary>A picture that was matched, and what scanning said.</summary>
internal sealed record DemoMatch(DemoScan Scan, byte[] Picture);

/// <summary>
/// Forty cases over the API, as a platform's program brings them: those of matched pictures with their contents,
/// the others from flags, notices, words alone and by hand, of every problem type. No text is more than the word
/// SAMPLE and what it is for.
/// </summary>
internal sealed class DemoCases(DemoApi api)
{
    public const int Count = 40;
    private const string Words = "SAMPLE. Made by the demonstration: nothing happened, and nobody is meant.";

    private static readonly string[] Types =
    [
        "suspected_csam",
        "grooming",
        "self_generated",
        "sexual_extortion",
        "live_streaming",
        "trafficking",
        "other",
    ];
    private static readonly string[] FlagReasons =
    [
        "csam",
        "grooming",
        "sextortion",
        "live_streaming",
        "trafficking",
        "intimate_image",
        "unsolicited_material",
    ];
    private static readonly string[] Surfaces =
    [
        "comment",
        "profile",
        "public_post",
        "file_sharing",
        "advertisement",
    ];
    private static readonly string[] Places = ["US", "DE", "GB", "FR", "CA"];

    /// <summary>Seals the pictures of matches, each under its item.</summary>
    public async Task BringAsync(IEnumerable<DemoMatch> matches, CancellationToken cancellation)
    {
        foreach (var match in matches.Where(match => match.Scan.CaseRef is not null))
        {
            var file = await api.GetAsync($"/v1/cases/{match.Scan.CaseRef}/file", cancellation);
            var item = file.GetProperty("items")
                .EnumerateArray()
                .First(item => item.GetProperty("scanId").GetString() == match.Scan.ScanId);
            await api.BringAsync(
                match.Scan.CaseRef!,
                item.GetProperty("id").GetString()!,
                match.Picture,
                cancellation
            );
        }
    }

    /// <summary>Opens others until there are forty.</summary>
    /// <param name="there">Cases so far.</param>
    /// <param name="cancellation">Stops before the next one.</param>
    /// <returns>References of those opened, in order.</returns>
    public async Task<IReadOnlyList<string>> OpenOthersAsync(int there, CancellationToken cancellation)
    {
        var opened = new List<string>();
        for (var number = 0; number < Count - there; number++)
        {
            var (path, body) =
                number % 4 == 0 ? ("/v1/flags", FlagOf(number)) : ("/v1/cases", CaseOf(number));
            var answer = await api.PostAsync(path, body, cancellation);
            opened.Add(answer.GetProperty("caseRef").GetString()!);
        }
        return opened;
    }

    private static object FlagOf(int number) =>
        new
        {
            account = AccountOf(number),
            contentRef = string.Create(CultureInfo.InvariantCulture, $"sample/{number}"),
            surface = At(Surfaces, number / 4),
            jurisdiction = At(Places, number / 4),
            reason = At(FlagReasons, number / 4),
            text = Words,
        };

    /// <summary>From a notice, from words alone, or by hand.</summary>
    private static object CaseOf(int number) =>
        new
        {
            account = AccountOf(number),
            contentRef = number % 4 == 2
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"sample/{number}"),
            surface = At(Surfaces, number),
            jurisdiction = At(Places, number),
            problemType = At(Types, number),
            text = Words,
            notice = number % 4 == 1
                ? new { from = "Example Hotline", reference = $"EX-{number:000}" }
                : null,
            textAlone = number % 4 == 2,
            reason = "Made by the demonstration.",
        };

    private static string AccountOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"demo-member-{number}");

    private static string At(string[] words, int number) => words[number % words.Length];
}
