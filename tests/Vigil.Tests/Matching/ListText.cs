using System.Text;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching;

/// <summary>Lists as text, and what reading them gives.</summary>
internal static class ListText
{
    public const string Md5 = "0123456789abcdef0123456789ABCDEF";
    public const string Sha1 = "0123456789abcdef0123456789abcdef01234567";
    public const string Sha256 = "89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567";
    public const string Pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";

    public static List<ListRow> Read(string text, ListReadOptions? options = null) =>
        Read(Encoding.UTF8.GetBytes(text), options);

    public static List<ListRow> Read(byte[] bytes, ListReadOptions? options = null) =>
        [.. ListReader.Read(new MemoryStream(bytes), options ?? new ListReadOptions())];

    public static List<ListEntry> Entries(this IEnumerable<ListRow> rows) =>
        [.. rows.Select(row => row.Entry).OfType<ListEntry>()];

    /// <summary>Rejects as "row:code".</summary>
    public static List<string> Rejects(this IEnumerable<ListRow> rows) =>
        [.. rows.Select(row => row.Rejected).OfType<RejectedRow>().Select(row => $"{row.Row}:{row.Code}")];

    public static string Failure(string text, ListReadOptions? options = null) =>
        Assert.Throws<ListFormatException>(() => Read(text, options)).Message;

    public static string Vics(string media, string marker = VicsMarker) =>
        $$"""{{{marker}},"value":[{{media}}]}""";

    public const string VicsMarker =
        "\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media\"";

    public const string VicsCases =
        "\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases\"";
}
