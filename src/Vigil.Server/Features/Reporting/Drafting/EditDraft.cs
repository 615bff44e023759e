using System.Text.Json;
using Vigil.CyberTip;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>PUT /v1/reports/{id}/draft. What is left out stays as it is.</summary>
internal sealed record EditRequest
{
    /// <summary>The version that was read.</summary>
    public int Version { get; init; }

    /// <summary>
    /// <c>{"report": {...}, "fileDetails": [...]}</c> in the words of <see cref="ReportJson"/>; details in the order of
    /// <see cref="Files"/>.
    /// </summary>
    public JsonElement Tip { get; init; }

    /// <summary>Numbers of the files that stay, from 1, as the draft was read; left out: all.</summary>
    public IReadOnlyList<int>? Files { get; init; }

    /// <summary>How it was found and decided, for the recipient.</summary>
    public string? Why { get; init; }

    /// <summary>By path, as "personOrUserReported.ipCaptureEvent": why it cannot be supplied.</summary>
    public IReadOnlyDictionary<string, string>? CannotSupply { get; init; }

    public IReadOnlyDictionary<string, string>? Extra { get; init; }

    public string? UserJurisdiction { get; init; }
}

/// <summary>A person's changes put into a draft.</summary>
internal static class EditDraft
{
    /// <exception cref="ProblemException">It is not of the form; the text says where.</exception>
    public static ReportDraft Apply(ReportDraft draft, EditRequest request)
    {
        var files = request.Files is { } numbers ? Kept(draft, numbers) : draft.Files;
        return draft with
        {
            Tip = request.Tip.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
                ? TipOf(draft, request.Files)
                : TipOf(request.Tip),
            Files = files,
            Why = request.Why ?? draft.Why,
            CannotSupply = request.CannotSupply ?? draft.CannotSupply,
            Extra = request.Extra ?? draft.Extra,
            UserJurisdiction = request.UserJurisdiction is { } code
                ? CountryOf(code)
                : draft.UserJurisdiction,
        };
    }

    private static IReadOnlyList<DraftFile> Kept(ReportDraft draft, IReadOnlyList<int> numbers) =>
        numbers.All(number => number >= 1 && number <= draft.Files.Count)
            ? [.. numbers.Select(number => draft.Files[number - 1])]
            : throw ProblemException.BadRequest(
                "unknown_file",
                $"'files' has numbers from 1 to {draft.Files.Count}."
            );

    private static Draft TipOf(ReportDraft draft, IReadOnlyList<int>? numbers) =>
        numbers is null
            ? draft.Tip
            : draft.Tip with
            {
                FileDetails = [.. numbers.Select(number => draft.Tip.FileDetails[number - 1])],
            };

    private static Draft TipOf(JsonElement tip)
    {
        if (tip.ValueKind != JsonValueKind.Object)
        {
            throw ProblemException.BadRequest(
                "bad_draft",
                "'tip' is an object with 'report' and 'fileDetails'."
            );
        }
        JsonLists.Check(tip, "tip");
        var reading = ReportJson.Read(JsonSerializer.SerializeToUtf8Bytes(tip), DraftLimits.Document);
        FindingText.ThrowIfAny("bad_draft", "The draft", reading.Findings);
        return DraftCodec.Whole(reading.Value!);
    }

    private static string CountryOf(string code) =>
        code.Length == 0 || (code.Length == 2 && code.All(char.IsAsciiLetterUpper))
            ? code
            : throw ProblemException.BadRequest(
                "bad_jurisdiction",
                "'userJurisdiction' is a country code of two capital letters (ISO 3166-1 alpha-2), or empty."
            );
}
