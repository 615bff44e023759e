using System.Text.Json;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Lookups;

/// <summary>Rows of a list that were not taken: the first of them, and how many by reason.</summary>
internal sealed class Rejects
{
    private const int Shown = 20;

    private readonly List<RejectedRow> _first = [];
    private readonly SortedDictionary<string, long> _byCode = new(StringComparer.Ordinal);

    public long Count { get; private set; }

    public IReadOnlyList<RejectedRow> First => _first;

    public void Add(RejectedRow row)
    {
        Count++;
        _byCode[row.Code] = _byCode.GetValueOrDefault(row.Code) + 1;
        if (_first.Count < Shown)
        {
            _first.Add(row);
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("rejected", Count);
        json.WriteStartObject("rejectedByCode");
        foreach (var (code, count) in _byCode)
        {
            json.WriteNumber(code, count);
        }

        json.WriteEndObject();
    }

    public string Summary() =>
        Count == 0 ? "No row was rejected." : $"{Counts()}; row {_first[0].Row}: {_first[0].Advice}";

    /// <summary>How many rows, and how many of them for which reason.</summary>
    public string Counts() =>
        Count == 0
            ? "no row rejected"
            : $"{Count} row(s) rejected ({string.Join(", ", _byCode.Select(pair => $"{pair.Key}: {pair.Value}"))})";
}
