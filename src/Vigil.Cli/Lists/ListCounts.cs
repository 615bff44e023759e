using System.Text.Json;
using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Lists;

/// <summary>What a list holds, in numbers.</summary>
internal sealed class ListCounts
{
    private readonly HashSet<(Digest?, Digest?, Digest?, PdqHash?)> _distinct = [];

    public long Entries { get; private set; }
    public long Pdq { get; private set; }
    public long Md5 { get; private set; }
    public long Sha1 { get; private set; }
    public long Sha256 { get; private set; }
    public long Duplicates { get; private set; }

    public void Add(ListEntry entry)
    {
        Entries++;
        Pdq += entry.Pdq is null ? 0 : 1;
        Md5 += entry.Md5 is null ? 0 : 1;
        Sha1 += entry.Sha1 is null ? 0 : 1;
        Sha256 += entry.Sha256 is null ? 0 : 1;
        Duplicates += _distinct.Add((entry.Md5, entry.Sha1, entry.Sha256, entry.Pdq)) ? 0 : 1;
    }

    public void AddAll(IEnumerable<ListRow> rows)
    {
        foreach (var row in rows)
        {
            if (row.Entry is not null)
            {
                Add(row.Entry);
            }
        }
    }

    public string Line() =>
        $"{Entries} entries: {Pdq} with PDQ, {Md5} with MD5, {Sha1} with SHA-1, {Sha256} with SHA-256; "
        + $"{Duplicates} there twice.";

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("entries", Entries);
        json.WriteNumber("pdq", Pdq);
        json.WriteNumber("md5", Md5);
        json.WriteNumber("sha1", Sha1);
        json.WriteNumber("sha256", Sha256);
        json.WriteNumber("duplicates", Duplicates);
    }
}
