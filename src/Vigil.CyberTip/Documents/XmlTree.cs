using System.Text;
using System.Xml;

namespace Vigil.CyberTip.Documents;

/// <summary>Reads XML from strangers: no DTD, nothing fetched, limits on bytes, depth and number.</summary>
internal static class XmlTree
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static Node Read(ReadOnlyMemory<byte> bytes, DocumentLimits limits)
    {
        if (bytes.Length > limits.MaxBytes)
        {
            throw new DocumentException(
                Rule.TooLarge,
                $"The document has more than {limits.MaxBytes} bytes: this cannot be a report."
            );
        }
        using var text = new StringReader(Decode(bytes.Span));
        using var reader = XmlReader.Create(text, Settings(limits));
        try
        {
            return Read(reader, limits);
        }
        catch (XmlException e)
        {
            throw new DocumentException(
                Rule.Malformed,
                $"Not well-formed XML at line {e.LineNumber}, column {e.LinePosition}. DTDs are refused.",
                e
            );
        }
    }

    public static XmlReaderSettings Settings(DocumentLimits limits) =>
        new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.MaxBytes,
            MaxCharactersFromEntities = 1024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CheckCharacters = true,
        };

    /// <summary>
    /// UTF-8 where the bytes are that, else ISO-8859-1, whatever header and declaration say: the service was seen to
    /// answer in ISO-8859-1, and text of that kind beyond ASCII is practically never UTF-8 by chance.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])
        {
            var encoding = bytes[0] == 0xFE ? Encoding.BigEndianUnicode : Encoding.Unicode;
            return encoding.GetString(bytes[2..]);
        }
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            bytes = bytes[3..];
        }
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static Node Read(XmlReader reader, DocumentLimits limits)
    {
        var open = new Stack<(Node Node, StringBuilder Text)>();
        Node? root = null;
        var nodes = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var isEmpty = reader.IsEmptyElement;
                    var node = ReadElement(reader, limits, ref nodes);
                    root ??= node;
                    if (open.TryPeek(out var parent))
                    {
                        parent.Node.Children.Add(node);
                    }
                    if (isEmpty)
                    {
                        break;
                    }
                    open.Push((node, new StringBuilder()));
                    if (open.Count > limits.MaxDepth)
                    {
                        throw new DocumentException(
                            Rule.TooLarge,
                            $"Elements are nested deeper than {limits.MaxDepth} levels: this cannot be a report."
                        );
                    }
                    break;
                case XmlNodeType.EndElement:
                    var (ended, content) = open.Pop();
                    ended.Text = content.ToString();
                    break;
                case XmlNodeType.Text
                or XmlNodeType.CDATA
                or XmlNodeType.SignificantWhitespace
                or XmlNodeType.Whitespace when open.TryPeek(out var inside):
                    inside.Text.Append(reader.Value);
                    break;
                default:
                    break;
            }
        }
        return root ?? throw new DocumentException(Rule.Malformed, "The document has no element.");
    }

    private static Node ReadElement(XmlReader reader, DocumentLimits limits, ref int nodes)
    {
        var node = new Node(NameOf(reader));
        nodes += 1 + reader.AttributeCount;
        if (nodes > limits.MaxNodes)
        {
            throw new DocumentException(
                Rule.TooLarge,
                $"The document has more than {limits.MaxNodes} elements and attributes: this cannot be a report."
            );
        }
        while (reader.MoveToNextAttribute())
        {
            const string schemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
            if (reader.NamespaceURI is not ("http://www.w3.org/2000/xmlns/" or schemaInstance))
            {
                node.Attributes.Add((NameOf(reader), reader.Value));
            }
        }
        reader.MoveToElement();
        return node;
    }

    /// <summary>The schema has no namespace: a name in one is another name.</summary>
    private static string NameOf(XmlReader reader) =>
        reader.NamespaceURI.Length == 0 ? reader.LocalName : $"{{{reader.NamespaceURI}}}{reader.LocalName}";
}
