using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A row that did not load, and why.</summary>
/// <param name="File">Its file.</param>
/// <param name="Duty">Its code, or its number in the file.</param>
/// <param name="Text">What is wrong, and what to do.</param>
internal sealed record DutyError(string File, string Duty, string Text);

/// <summary>Reads files of duties strictly: {"duties": [...]}. A row that says too little does not load.</summary>
internal static class DutyReader
{
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    private static readonly string[] Whens =
    [
        .. Enum.GetNames<DutyWhen>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName),
    ];

    private static readonly JsonDocumentOptions Plain = new()
    {
        MaxDepth = 8,
        AllowDuplicateProperties = false,
    };

    public static (IReadOnlyList<Duty> Duties, IReadOnlyList<DutyError> Errors) Read(string file, byte[] json)
    {
        var duties = new List<Duty>();
        var errors = new List<DutyError>();
        try
        {
            var rows =
                json.Length <= MaxBytes ? JsonNode.Parse(json, null, Plain)?["duties"] as JsonArray : null;
            if (rows is null)
            {
                errors.Add(
                    new DutyError(file, "", $"Is not {{\"duties\": [...]}} of at most {MaxBytes} bytes.")
                );
            }
            for (var i = 0; i < (rows?.Count ?? 0); i++)
            {
                Add(file, i, rows![i], duties, errors);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            errors.Add(new DutyError(file, "", "Is not JSON, or names a member twice: correct the file."));
        }
        return (duties, errors);
    }

    private static void Add(string file, int index, JsonNode? row, List<Duty> duties, List<DutyError> errors)
    {
        var code =
            row is JsonObject named && named["code"] is JsonValue value
                ? value.ToString()
                : $"row {index + 1}";
        if (WhenFaultOf(row) is { } unknown)
        {
            errors.Add(new DutyError(file, code, unknown));
            return;
        }
        try
        {
            var duty = row.Deserialize<Duty>(Strict) ?? throw new JsonException("Is null.");
            if (FaultOf(duty) is { } fault)
            {
                errors.Add(new DutyError(file, code, fault));
            }
            else
            {
                duties.Add(duty);
            }
        }
        catch (JsonException e)
        {
            errors.Add(new DutyError(file, code, $"Does not load: {e.Message}"));
        }
    }

    /// <summary>Said before the row is read as a whole, so that it says which words there are.</summary>
    private static string? WhenFaultOf(JsonNode? row) =>
        row is JsonObject named
        && named.TryGetPropertyValue("when", out var said)
        && !(
            said is JsonValue value
            && value.TryGetValue(out string? word)
            && Whens.Contains(word, StringComparer.Ordinal)
        )
            ? $"Does not load: 'when' is one of {string.Join(", ", Whens)}. Left out, a report is owed in every case."
            : null;

    private static string? FaultOf(Duty duty)
    {
        (string Name, string Value)[] texts =
        [
            ("code", duty.Code),
            ("place", duty.Place),
            ("destination", duty.Destination),
            ("to", duty.To),
            ("trigger", duty.Trigger),
            ("deadline", duty.Deadline),
            ("fields", duty.Fields),
            ("preservation", duty.Preservation),
            ("legalReference", duty.LegalReference),
            ("source", duty.Source),
        ];
        var empty = texts.FirstOrDefault(text => string.IsNullOrWhiteSpace(text.Value)).Name;
        return empty is not null ? $"Does not load: '{empty}' is empty. Say it, with where it stands."
            : duty.CheckedOn == default ? "Does not load: 'checkedOn' is no day. Say when it was looked up."
            : duty.Links.Count == 0 ? "Does not load: 'links' names neither establishment nor user."
            : duty.Profiles.Count == 0 ? "Does not load: 'profiles' names no profile."
            : duty.DeadlineHours is < 1 or > 8784 ? "Does not load: 'deadlineHours' is 1 to 8784."
            : !IsPlace(duty.Place) ? "Does not load: 'place' is a code as GB, a group as EU, or *."
            : duty.SatisfiedBy.Any(other => string.IsNullOrWhiteSpace(other.Source))
                ? "Does not load: 'satisfiedBy' without a source. Say where it stands."
            : null;
    }

    private static bool IsPlace(string place) =>
        place == "*"
        || KnownJurisdictions.IsWellFormed(place)
        || KnownJurisdictions.Groups.Contains(place, StringComparer.Ordinal);
}
