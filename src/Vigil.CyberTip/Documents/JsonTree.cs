using System.Text.Json;

namespace Vigil.CyberTip.Documents;

/// <summary>
/// Reads JSON with the names of the schema into the same tree: objects are elements, arrays repeated elements, and
/// attributes are members like others. Text beside attributes is the member <c>value</c>.
/// </summary>
internal static class JsonTree
{
    public const string TextName = "value";

    public static Node Read(ReadOnlyMemory<byte> bytes, DocumentLimits limits)
    {
        if (bytes.Length > limits.MaxBytes)
        {
            throw new DocumentException(
                Rule.TooLarge,
                $"The document has more than {limits.MaxBytes} bytes."
            );
        }
        try
        {
            using var document = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions
                {
                    MaxDepth = limits.MaxDepth,
                    AllowTrailingCommas = true,
                    CommentHandling = JsonCommentHandling.Skip,
                }
            );
            var nodes = limits.MaxNodes;
            var root = new Node("");
            Add(root, document.RootElement, ref nodes);
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text with half a surrogate pair.
            var place = e is JsonException { LineNumber: { } line } ? $" at line {line + 1}" : "";
            throw new DocumentException(Rule.Malformed, $"Not well-formed JSON{place}.", e);
        }
    }

    private static void Add(Node node, JsonElement value, ref int nodes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    AddMember(node, member.Name, member.Value, ref nodes);
                }
                break;
            case JsonValueKind.Array:
                throw new DocumentException(Rule.Malformed, $"An array within an array, or as the root.");
            default:
                node.Text = value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString()!,
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => value.GetRawText(),
                };
                break;
        }
    }

    private static void AddMember(Node parent, string name, JsonElement value, ref int nodes)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                AddNode(parent, name, item, ref nodes);
            }
            return;
        }
        AddNode(parent, name, value, ref nodes);
    }

    private static void AddNode(Node parent, string name, JsonElement value, ref int nodes)
    {
        if (--nodes < 0)
        {
            throw new DocumentException(Rule.TooLarge, "The document has too many members.");
        }
        var node = new Node(name);
        Add(node, value, ref nodes);
        parent.Children.Add(node);
    }
}
