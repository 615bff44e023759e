namespace Vigil.CyberTip.Documents;

/// <summary>An element of a document, before it is known what it means.</summary>
internal sealed class Node(string name)
{
    public string Name => name;

    public string Text { get; set; } = "";

    public List<Node> Children { get; } = [];

    public List<(string Name, string Value)> Attributes { get; } = [];
}

/// <summary>The document cannot be read.</summary>
internal sealed class DocumentException(Rule rule, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public Finding Finding { get; } = new("", rule, message);
}
