using System.Text;
using System.Xml;
using Vigil.CyberTip.Documents;
using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>
/// Reports as XML. Writing is canonical: equal reports give equal bytes (UTF-8, no mark, two spaces, LF, times in the
/// offset they have, Z for none).
/// </summary>
public static class ReportXml
{
    internal static readonly IReadOnlyDictionary<string, Shape> Roots = new Dictionary<string, Shape>
    {
        ["report"] = Shape.Of(typeof(Report)),
        ["fileDetails"] = Shape.Of(typeof(FileDetails)),
        ["reportResponse"] = Shape.Of(typeof(ReportResponse)),
        ["reportDoneResponse"] = Shape.Of(typeof(ReportDoneResponse)),
    };

    /// <summary>
    /// The document. Check with <see cref="ReportRules"/> first: this writes what it is given.
    /// </summary>
    /// <param name="root">A report, the details of a file, or an answer.</param>
    /// <exception cref="ArgumentException">Not a root, or a text holds characters that XML cannot.</exception>
    public static byte[] Write(ReportPart root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var (name, shape) = Roots.FirstOrDefault(each => each.Value.Type == root.GetType());
        if (shape is null)
        {
            throw new ArgumentException($"{root.GetType().Name} is a part, not a document.", nameof(root));
        }
        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            IndentChars = "  ",
            NewLineChars = "\n",
            // A carriage return stays one: readers turn an unwritten one into a line feed.
            NewLineHandling = NewLineHandling.Entitize,
        };
        using (var writer = XmlWriter.Create(bytes, settings))
        {
            writer.WriteStartDocument();
            WritePart(writer, name, shape, root);
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>
    /// Reads any of the service's documents. Never throws for what stands in it: what is wrong is a finding.
    /// </summary>
    /// <returns>
    /// A <see cref="Report"/>, <see cref="FileDetails"/>, <see cref="ReportResponse"/> or
    /// <see cref="ReportDoneResponse"/>.
    /// </returns>
    public static Reading<ReportPart> Read(ReadOnlyMemory<byte> document, DocumentLimits? limits = null)
    {
        limits ??= DocumentLimits.Default;
        try
        {
            var node = XmlTree.Read(document, limits);
            if (!Roots.TryGetValue(node.Name, out var shape))
            {
                var roots = string.Join(", ", Roots.Keys);
                return new(null, [new("", Rule.Root, $"The root must be one of: {roots}.")]);
            }
            var binder = new Binder(isJson: false, limits);
            var part = (ReportPart)binder.Bind(shape, node, node.Name);
            return new(part, binder.Findings);
        }
        catch (DocumentException e)
        {
            return new(null, [e.Finding]);
        }
    }

    private static void WritePart(XmlWriter writer, string name, Shape shape, object part)
    {
        writer.WriteStartElement(name);
        foreach (var member in shape.Attributes)
        {
            foreach (var value in member.ValuesOf(part))
            {
                writer.WriteAttributeString(member.Name, SimpleValues.Write(value));
            }
        }
        foreach (var member in shape.Elements)
        {
            foreach (var value in member.ValuesOf(part))
            {
                if (member.Part is { } inner)
                {
                    WritePart(writer, member.Name, inner, value);
                }
                else
                {
                    writer.WriteElementString(member.Name, SimpleValues.Write(value));
                }
            }
        }
        foreach (var value in shape.Text?.ValuesOf(part) ?? [])
        {
            writer.WriteString(SimpleValues.Write(value));
        }
        writer.WriteEndElement();
    }
}
