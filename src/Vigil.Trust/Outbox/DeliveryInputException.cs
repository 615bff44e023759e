namespace Vigil.Trust;

/// <summary>What a caller set for a webhook, a channel or a delivery cannot be; the text says what can.</summary>
/// <param name="code">Stable snake_case.</param>
/// <param name="message">What to do.</param>
public sealed class DeliveryInputException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
