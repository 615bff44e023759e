using System.Xml;
using System.Xml.Schema;
using Vigil.CyberTip.Documents;

namespace Vigil.CyberTip;

/// <summary>
/// The service's own schema, which the operator fetched with credentials (`/xsd`) and keeps. It belongs to NCMEC and is
/// not part of this library.
/// </summary>
public sealed class OfficialSchema
{
    /// <summary>Most bytes of the schema.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private readonly XmlSchemaSet _schemas;

    private OfficialSchema(XmlSchemaSet schemas, SchemaVersion version) =>
        (_schemas, Version) = (schemas, version);

    /// <summary>Whether it has the additions of 2026.</summary>
    public SchemaVersion Version { get; }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="FormatException">It is no schema, refers to other files, or is over 4 MiB.</exception>
    public static OfficialSchema Parse(ReadOnlyMemory<byte> xsd)
    {
        var limits = new DocumentLimits { MaxBytes = MaxBytes };
        try
        {
            // Read once as a tree for the limits on depth and number.
            var tree = XmlTree.Read(xsd, limits);
            using var text = new StringReader(XmlTree.Decode(xsd.Span));
            using var reader = XmlReader.Create(text, XmlTree.Settings(limits));
            var schemas = new XmlSchemaSet { XmlResolver = null };
            schemas.Add(null, reader);
            schemas.Compile();
            if (!schemas.GlobalElements.Names.Cast<XmlQualifiedName>().Any(name => name.Name == "report"))
            {
                throw new FormatException("The schema has no element 'report': fetch it again.");
            }
            return new OfficialSchema(schemas, VersionOf(tree));
        }
        catch (Exception e) when (e is DocumentException or XmlSchemaException or XmlException)
        {
            throw new FormatException("This is not the service's schema: fetch it again.", e);
        }
    }

    /// <summary>What the schema says of a document.</summary>
    public IReadOnlyList<Finding> Check(ReadOnlyMemory<byte> document, DocumentLimits? limits = null)
    {
        limits ??= DocumentLimits.Default;
        var findings = new List<Finding>();
        try
        {
            _ = XmlTree.Read(document, limits);
            var settings = XmlTree.Settings(limits);
            settings.ValidationType = ValidationType.Schema;
            // Neither schemas within the document nor places that it names.
            settings.ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings;
            settings.Schemas = _schemas;
            var path = new Stack<string>();
            settings.ValidationEventHandler += (_, e) =>
            {
                if (findings.Count < limits.MaxFindings)
                {
                    findings.Add(new(PathOf(path), Rule.OfficialSchema, Sentence(e)));
                }
            };
            using var text = new StringReader(XmlTree.Decode(document.Span));
            using var reader = XmlReader.Create(text, settings);
            Walk(reader, path);
        }
        catch (DocumentException e)
        {
            findings.Add(e.Finding);
        }
        return findings;
    }

    /// <summary>What the schema says of a draft: of its report, then of the details of each file.</summary>
    /// <returns>Paths as <c>report/reporter</c> and <c>fileDetails[2]/details</c>, files numbered from 1.</returns>
    public IReadOnlyList<Finding> Check(Draft draft, DocumentLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(draft);
        limits ??= DocumentLimits.Default;
        return Check(ReportXml.Write(draft.Report), draft.FileDetails, limits);
    }

    /// <summary>As <see cref="Check(Draft, DocumentLimits?)"/>, for a report that is written already.</summary>
    /// <param name="report">The document.</param>
    /// <param name="files">Details of its files in the order of their upload; null: nothing is said about one.</param>
    /// <param name="limits">Bounds the findings, too.</param>
    public IReadOnlyList<Finding> Check(
        ReadOnlyMemory<byte> report,
        IEnumerable<FileDetails?> files,
        DocumentLimits limits
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        var findings = Check(report, limits).ToList();
        foreach (var (index, details) in files.Index())
        {
            if (details is not null && findings.Count < limits.MaxFindings)
            {
                // The service gives the numbers, with the filing.
                var document = ReportXml.Write(details with { ReportId = 1, FileId = "1" });
                findings.AddRange(Check(document, limits).Select(found => OfFile(index, found)));
            }
        }
        return [.. findings.Take(limits.MaxFindings)];
    }

    private static Finding OfFile(int index, Finding found)
    {
        const string root = "fileDetails";
        var within = found.Path.StartsWith(root, StringComparison.Ordinal) ? found.Path[root.Length..] : "";
        return found with { Path = ReportRules.FilePath(index) + within };
    }

    private static void Walk(XmlReader reader, Stack<string> path)
    {
        while (reader.Read())
        {
            // Validation of an element is told while it is read: its own name is then not on the path.
            while (path.Count > reader.Depth)
            {
                path.Pop();
            }
            if (reader.NodeType == XmlNodeType.Element)
            {
                path.Push(reader.LocalName);
            }
        }
    }

    private static string PathOf(Stack<string> path) => string.Join('/', path.Reverse());

    /// <summary>Some texts of the validator quote values: then only the place is told.</summary>
    private static string Sentence(ValidationEventArgs e)
    {
        var place = $"line {e.Exception.LineNumber}, column {e.Exception.LinePosition}";
        return e.Message.Contains("value '", StringComparison.OrdinalIgnoreCase)
            ? $"A value is not of the type that the service's schema asks for ({place})."
            : $"{e.Message} ({place})";
    }

    private static SchemaVersion VersionOf(Node node) =>
        node.Attributes.Contains(("name", "ageAssertionDiscrepancy")) ? SchemaVersion.V2026
        : node.Children.Any(child => VersionOf(child) == SchemaVersion.V2026) ? SchemaVersion.V2026
        : SchemaVersion.V2025;
}
