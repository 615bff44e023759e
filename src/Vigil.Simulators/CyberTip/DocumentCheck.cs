using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Vigil.Simulators.CyberTip;

/// <summary>
/// Checks what arrives by a schema of the simulator's own and by rules written for it, apart from those of the client:
/// a mistake in one is not in the other.
/// </summary>
internal sealed class DocumentCheck
{
    private const int MaxErrors = 20;
    private static readonly string[] FlagsOf2026 =
    [
        "informational",
        "potentialAggravatingFactors",
        "instrumentalUse",
    ];

    private readonly XmlSchemaSet _schemas = new() { XmlResolver = null };

    /// <param name="hasAdditions2026">Whether the elements that clients of 2026 send are known.</param>
    public DocumentCheck(bool hasAdditions2026)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("reports.xsd")!;
        using var text = new StreamReader(stream, Encoding.UTF8);
        var schema = text.ReadToEnd();
        Schema = hasAdditions2026 ? WithAdditions(schema) : schema;
        using var reader = XmlReader.Create(new StringReader(Schema), Settings());
        _schemas.Add(null, reader);
        _schemas.Compile();
    }

    /// <summary>The schema as text.</summary>
    public string Schema { get; }

    /// <summary>The document, or null; with what is wrong, and whether it is that it is no XML at all.</summary>
    public (XElement? Document, IReadOnlyList<string> Errors, bool IsMalformed) Read(
        byte[] bytes,
        string root,
        DateTimeOffset now
    )
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), Settings());
            var document = XDocument.Load(reader, LoadOptions.None);
            if (document.Root?.Name != root)
            {
                return (null, [$"The root must be '{root}'."], false);
            }
            var errors = new List<string>();
            document.Validate(_schemas, (_, e) => errors.Add(e.Message));
            if (errors.Count == 0)
            {
                errors.AddRange(DocumentRules.Errors(document.Root, now));
            }
            return (document.Root, [.. errors.Take(MaxErrors)], false);
        }
        catch (XmlException e)
        {
            return (null, [e.Message], true);
        }
    }

    private static XmlReaderSettings Settings() =>
        new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = 64 * 1024 * 1024,
        };

    private static string WithAdditions(string schema)
    {
        const string flags =
            "<xs:element name=\"spam\" type=\"xs:boolean\" minOccurs=\"0\" fixed=\"true\" />";
        const string age = "<xs:element name=\"age\" type=\"xs:int\" minOccurs=\"0\" />";
        const string about = "<xs:element name=\"approximateAge\" type=\"xs:int\" minOccurs=\"0\" />";
        const string added =
            "<xs:element name=\"ageAssertionDiscrepancy\" type=\"xs:boolean\" minOccurs=\"0\" />";
        var more = string.Concat(
            FlagsOf2026.Select(name => flags.Replace("spam", name, StringComparison.Ordinal))
        );
        return schema
            .Replace(flags, flags + more, StringComparison.Ordinal)
            .Replace(age, age + added, StringComparison.Ordinal)
            .Replace(about, about + added, StringComparison.Ordinal);
    }
}
