using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.CyberTip.Filing;

/// <summary>Lists of values as JSON arrays.</summary>
internal sealed class ValueListJson : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ValueList<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)
            Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<ValueList<T>>
    {
        public override ValueList<T> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => [.. JsonSerializer.Deserialize<T[]>(ref reader, options) ?? []];

        public override void Write(
            Utf8JsonWriter writer,
            ValueList<T> value,
            JsonSerializerOptions options
        ) => JsonSerializer.Serialize(writer, value.ToArray(), options);
    }
}
