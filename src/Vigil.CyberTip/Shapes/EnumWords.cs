using System.Collections.Concurrent;
using System.Reflection;

namespace Vigil.CyberTip.Shapes;

/// <summary>The values of an enumeration on the wire.</summary>
internal sealed class EnumWords
{
    private static readonly ConcurrentDictionary<Type, EnumWords> Known = new();

    private readonly Dictionary<object, string> _words = [];
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _names = new(StringComparer.OrdinalIgnoreCase);

    private EnumWords(Type type)
    {
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var value = field.GetValue(null)!;
            var word = field.GetCustomAttribute<WireValueAttribute>()?.Value ?? field.Name;
            _words.Add(value, word);
            _values.Add(word, value);
            _names.Add(field.Name, value);
        }
    }

    public IEnumerable<string> Words => _values.Keys;

    public IEnumerable<string> Names => _names.Keys;

    public static EnumWords Of(Type type) => Known.GetOrAdd(type, static each => new EnumWords(each));

    /// <summary>Null: the number has no name.</summary>
    public string? Word(object value) => _words.GetValueOrDefault(value);

    public object? Value(string word) => _values.GetValueOrDefault(word);

    /// <summary>By the name that this library gives it, which JSON may use.</summary>
    public object? Named(string name) => _names.GetValueOrDefault(name);
}
